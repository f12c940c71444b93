import { once } from "node:events";
import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { Balancer } from "../../rehearsal/front/balancer.ts";
import type { TargetHealth } from "../../rehearsal/front/messages.ts";
import { until } from "./trafficWorld.ts";

const HOST = "127.0.0.1";
const SETTINGS = {
  healthPath: "/health",
  intervalMs: 20,
  timeoutMs: 200,
  unhealthyThreshold: 2,
  deregistrationDelayMs: 500,
};

describe("rehearsal: the load balancer", () => {
  let balancer: Balancer;
  let port: number;
  let health: Map<number, TargetHealth>;
  let servers: Server[];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  beforeEach(async () => {
    health = new Map();
    servers = [];
    balancer = new Balancer(SETTINGS, (target, state) => health.set(target.port, state));
    port = await balancer.listen(HOST, 0);
  });

  afterEach(async () => {
    for (const server of servers) server.closeAllConnections();
    await balancer.close();
    for (const server of servers) server.close();
  });

  /** A healthy target that answers with `listener`. */
  async function target(listener: RequestListener, healthy: () => boolean = () => true) {
    const server = createServer((incoming, outgoing) => {
      if (incoming.url !== "/health") listener(incoming, outgoing);
      else outgoing.writeHead(healthy() ? 200 : 503).end();
    });
    servers.push(server);
    server.listen(0, HOST);
    await once(server, "listening");
    const address = { host: HOST, port: (server.address() as AddressInfo).port };
    balancer.register(address);
    await until("healthy", () => health.get(address.port) === "healthy");
    return address;
  }

  function send(path: string, options: object = {}, body?: string | string[]) {
    const outgoing = request({ host: HOST, port, path, agent, ...options });
    for (const part of [body ?? []].flat()) outgoing.write(part);
    outgoing.end();
    return once(outgoing, "response") as Promise<[IncomingMessage]>;
  }

  async function get(path = "/"): Promise<{ status: number; body: string }> {
    const [response] = await send(path);
    return { status: response.statusCode!, body: await text(response) };
  }

  it("answers 503 without a target, and without a healthy one", async () => {
    expect(await get()).to.include({ status: 503 });
    let healthy = true;
    const { port: sick } = await target(
      (_, outgoing) => void outgoing.end("ok"),
      () => healthy,
    );
    expect(await get()).to.deep.equal({ status: 200, body: "ok" });
    healthy = false;
    await until("unhealthy", () => health.get(sick) === "unhealthy");
    expect(await get()).to.include({ status: 503 });
    healthy = true;
    await until("healthy again", () => health.get(sick) === "healthy");
    expect(await get()).to.include({ status: 200 });
  });

  it("takes the targets in turn, over one connection of the client", async () => {
    await target((_, outgoing) => void outgoing.end("a"));
    await target((_, outgoing) => void outgoing.end("b"));
    const bodies = [await get(), await get(), await get(), await get()].map(({ body }) => body);
    expect(bodies.sort().join("")).to.equal("aabb");
    expect(Object.values(agent.freeSockets).flat()).to.have.length(1);
  });

  it("gives a target that is slow to answer no more than it answers", async () => {
    const slow: ServerResponse[] = [];
    await target((_, outgoing) => void slow.push(outgoing));
    await target((_, outgoing) => void outgoing.end("quick"));
    const answers = Array.from({ length: 2 }, () => send("/", { agent: false }));
    await until("the slow target is asked", () => slow.length > 0);
    for (let request = 0; request < 4; request++) {
      expect(await get()).to.deep.equal({ status: 200, body: "quick" });
    }
    expect(slow).to.have.length(1);
    slow[0]!.end();
    for (const [response] of await Promise.all(answers)) response.resume();
  });

  it("passes on method, path, headers and body, and says for whom", async () => {
    let seen: IncomingMessage | undefined;
    let body = "";
    await target((incoming, outgoing) => {
      seen = incoming;
      void text(incoming).then((sent) => {
        body = sent;
        outgoing.writeHead(201, { "x-answer": "yes" }).end();
      });
    });
    const headers = { "x-question": "why", connection: "keep-alive" };
    const [response] = await send("/a?b=c", { method: "POST", headers }, ["one ", "two"]);
    response.resume();
    expect(response.statusCode).to.equal(201);
    expect(response.headers["x-answer"]).to.equal("yes");
    expect(seen).to.include({ method: "POST", url: "/a?b=c" });
    expect(seen!.headers).to.include({ "x-question": "why", "x-forwarded-for": HOST });
    expect(body).to.equal("one two");
  });

  it("streams: the client has the first part before the target has sent the second", async () => {
    let finish: (() => void) | undefined;
    await target((_, outgoing) => {
      outgoing.write("first");
      finish = () => void outgoing.end("second");
    });
    const [response] = await send("/");
    const [first] = (await once(response, "data")) as [Buffer];
    expect(first.toString()).to.equal("first");
    finish!();
    expect(await text(response)).to.equal("second");
  });

  it("answers 502 when the target breaks the connection, and sends nothing twice", async () => {
    let requests = 0;
    await target((incoming) => {
      requests++;
      incoming.socket.destroy();
    });
    const [response] = await send("/", { method: "POST" }, "x");
    response.resume();
    expect([response.statusCode, requests]).to.deep.equal([502, 1]);
    expect(await get()).to.include({ status: 502 });
    expect(requests).to.equal(2);
  });

  it("breaks the answer off when the target does, rather than end it as if it were whole", async () => {
    await target((_, outgoing) => {
      outgoing.write("half", () => outgoing.destroy());
    });
    const [response] = await send("/");
    const outcome = await text(response).catch((error: NodeJS.ErrnoException) => error.code);
    expect(outcome).to.equal("ECONNRESET");
  });

  it("aborts at the target what the client has given up", async () => {
    let aborted = false;
    let begun = false;
    await target((incoming) => {
      begun = true;
      incoming.once("close", () => (aborted = true));
    });
    const outgoing = request({ host: HOST, port, path: "/", agent });
    outgoing.on("error", () => {});
    outgoing.end();
    await until("begun", () => begun);
    outgoing.destroy();
    await until("aborted", () => aborted);
  });

  it("drains: a target that leaves ends what it has begun, and gets nothing new", async () => {
    let finish: (() => void) | undefined;
    const address = await target((_, outgoing) => (finish = () => void outgoing.end("late")));
    const slow = send("/");
    await until("begun", () => finish !== undefined);
    let drained = false;
    const leaving = balancer.deregister(address).then(() => (drained = true));
    const [refused] = await send("/", { agent: false });
    refused.resume();
    expect([refused.statusCode, drained]).to.deep.equal([503, false]);
    finish!();
    await leaving;
    const [response] = await slow;
    expect(await text(response)).to.equal("late");
  });

  it("does not wait for a target in the middle of a request longer than the delay", async () => {
    let begun = false;
    const address = await target(() => (begun = true));
    const stuck = send("/");
    await until("begun", () => begun);
    const startedAt = Date.now();
    await balancer.deregister(address);
    expect(Date.now() - startedAt).to.be.within(490, 4_000);
    const [response] = await stuck;
    response.resume();
    expect(response.statusCode).to.equal(502);
  });
});
