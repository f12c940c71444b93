import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { NetworkBalancer } from "../../rehearsal/networkBalancer/balancer.ts";
import type {
  BalancerSettings,
  TargetGroupSettings,
  TargetHealth,
  TargetSettings,
} from "../../rehearsal/networkBalancer/messages.ts";
import { until } from "./trafficWorld.ts";

const CLIENT = "127.0.0.5";
const STRANGER = "127.0.0.6";
const FRONTS = [
  { host: "127.0.0.7", zone: "a" },
  { host: "127.0.0.8", zone: "b" },
];
const GROUP = "arn:group";

/** A target that answers each connection with its own name and the client's address, unless told otherwise. */
interface Backend {
  readonly settings: TargetSettings;
  status: number;
  readonly sockets: Set<Socket>;
  serve: (socket: Socket) => void;
}

describe("rehearsal: the network load balancer", () => {
  let balancer: NetworkBalancer;
  let health: Map<string, TargetHealth>;
  let servers: Server[];
  let sockets: Socket[];
  let port: number;

  beforeEach(async () => {
    health = new Map();
    servers = [];
    sockets = [];
    port = await freePort();
    balancer = new NetworkBalancer((_, target, state) => health.set(target, state));
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await balancer.close();
    for (const server of servers) server.close();
  });

  async function backend(id: string, zone = "a"): Promise<Backend> {
    const made: { -readonly [K in keyof Backend]?: Backend[K] } = { status: 200 };
    made.sockets = new Set();
    made.serve = (socket) => socket.write(`${id} ${socket.remoteAddress}`);
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on("error", () => {});
      made.sockets!.add(socket);
      sockets.push(socket);
      made.serve!(socket);
    });
    const checks = createHttpServer((_, response) => {
      response.writeHead(made.status!, { connection: "close" }).end();
    });
    const [data, healthPort] = [await listen(server), await listen(checks)];
    const place = { host: "127.0.0.1", port: data, healthPort, zone };
    const open = { reachable: true, visible: true, delayMs: 0, cut: false };
    made.settings = { id, ...place, ...open };
    return made as Backend;
  }

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  interface Changes {
    readonly balancer?: Partial<BalancerSettings>;
    readonly group?: Partial<TargetGroupSettings>;
    readonly idleMs?: number;
  }

  function configure(targets: readonly TargetSettings[], changes: Changes = {}): Promise<void> {
    const group: TargetGroupSettings = {
      arn: GROUP,
      healthCheck: {
        protocol: "HTTP",
        path: "/healthz",
        matcher: "200",
        intervalMs: 15,
        timeoutMs: 500,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
      deregistrationDelayMs: 100,
      terminatesDeregistered: true,
      terminatesUnhealthy: true,
      preservesClients: true,
      targets,
      ...changes.group,
    };
    return balancer.configure({
      fronts: FRONTS,
      crossZone: true,
      admitted: { [port]: [CLIENT] },
      listeners: [{ port, idleMs: changes.idleMs ?? 10_000, groupArn: GROUP }],
      groups: [group],
      ...changes.balancer,
    });
  }

  const becomes = (id: string, state: TargetHealth) =>
    until(`${id} ${state}`, () => health.get(id) === state);

  /** One healthy target behind the balancer. */
  async function single(changes: Changes = {}): Promise<Backend> {
    const only = await backend("one");
    await configure([only.settings], changes);
    await becomes("one", "healthy");
    return only;
  }

  function open(front = FRONTS[0]!.host, localAddress = CLIENT): Socket {
    const socket = connect({ host: front, port, localAddress, allowHalfOpen: true });
    socket.on("error", () => {});
    sockets.push(socket);
    return socket;
  }

  /** What comes first: data, an end, or the code of an error. */
  async function first(socket: Socket): Promise<string> {
    return await new Promise((resolve) => {
      socket.once("data", (chunk) => resolve(String(chunk)));
      socket.once("end", () => resolve("END"));
      socket.once("error", ({ code = "" }: NodeJS.ErrnoException) => resolve(code));
    });
  }

  async function served(count: number, front?: string): Promise<Set<string>> {
    const answers = await Promise.all(Array.from({ length: count }, () => first(open(front))));
    return new Set(answers.map((answer) => answer.split(" ")[0]!));
  }

  it("forwards from each of its addresses, and the target sees the client's own", async () => {
    await single();
    for (const { host } of FRONTS) expect(await first(open(host))).to.equal(`one ${CLIENT}`);
  });

  it("shows its own address instead when it is told to", async () => {
    await single({ group: { preservesClients: false } });
    expect(await first(open())).to.equal(`one ${FRONTS[0]!.host}`);
  });

  it("resets who is not admitted, and everyone while the way to the target is closed", async () => {
    const { settings } = await single();
    expect(await first(open(undefined, STRANGER))).to.equal("ECONNRESET");
    await configure([{ ...settings, reachable: false }]);
    expect(await first(open())).to.equal("ECONNRESET");
  });

  it("spreads clients over the healthy targets, and gives none to another", async () => {
    const [one, two] = [await backend("one"), await backend("two", "b")];
    await configure([one.settings, two.settings]);
    await Promise.all([becomes("one", "healthy"), becomes("two", "healthy")]);
    expect([...(await served(40))]).to.have.members(["one", "two"]);
    two.status = 503;
    await becomes("two", "unhealthy");
    expect([...(await served(20))]).to.eql(["one"]);
    two.status = 200;
    await becomes("two", "healthy");
    expect([...(await served(40))]).to.have.members(["one", "two"]);
  });

  it("keeps to the zone of its address without cross-zone balancing", async () => {
    const [one, two] = [await backend("one"), await backend("two", "b")];
    await configure([one.settings, two.settings], { balancer: { crossZone: false } });
    await Promise.all([becomes("one", "healthy"), becomes("two", "healthy")]);
    expect([...(await served(10, FRONTS[1]!.host))]).to.eql(["two"]);
  });

  it("gives nobody to a target that it has not looked at, and fails open when all are unhealthy", async () => {
    const only = await backend("one");
    only.status = 503;
    await configure([only.settings]);
    expect(await first(open())).to.equal("ECONNRESET");
    await becomes("one", "unhealthy");
    expect(await first(open())).to.equal(`one ${CLIENT}`);
  });

  it("ends the connections of a target that becomes unhealthy, if it is told to", async () => {
    for (const [terminatesUnhealthy, left] of [
      [true, 0],
      [false, 1],
    ] as const) {
      const id = String(left);
      const only = await backend(id);
      await configure([only.settings], { group: { terminatesUnhealthy } });
      await becomes(id, "healthy");
      const client = open();
      await first(client);
      const end = first(client);
      only.status = 500;
      await becomes(id, "unhealthy");
      if (left === 0) expect(await end).to.equal("ECONNRESET");
      else expect(client.destroyed).to.equal(false);
    }
  });

  it("ends those of a target that was taken out after its delay, not before", async () => {
    await single();
    const client = open();
    await first(client);
    const since = performance.now();
    const end = first(client);
    await configure([]);
    expect(health.get("one")).to.equal("draining");
    expect(await end).to.equal("ECONNRESET");
    expect(performance.now() - since).to.be.within(95, 1_000);
  });

  it("passes on the end of one side and goes on with the other", async () => {
    const only = await single();
    only.serve = (socket) => {
      let got = 0;
      socket.on("data", (chunk) => (got += chunk.length));
      socket.on("end", () => socket.end(`got ${got}`));
    };
    const client = open();
    client.end(Buffer.alloc(100_000));
    expect(String(await buffer(client))).to.equal("got 100000");
  });

  it("goes at the pace of the slower side, and loses nothing", async () => {
    const only = await single();
    let target!: Socket;
    only.serve = (socket) => void (target = socket.pause());
    const client = open();
    const size = 64 << 20;
    const written = new Promise<void>((done) => client.end(Buffer.alloc(size, "x"), () => done()));
    await until("the way is full", async () => target !== undefined && client.writableLength > 0);
    const taken = client.bytesWritten - client.writableLength;
    expect(taken).to.be.lessThan(size / 2);
    expect((await buffer(target)).length).to.equal(size);
    await written;
  });

  it("forgets a silent connection, and answers its next byte with a reset", async () => {
    const only = await single({ idleMs: 60 });
    only.serve = (socket) => socket.pipe(socket);
    const client = open();
    client.write("1");
    expect(await first(client)).to.equal("1");
    const silentSince = performance.now();
    await until("silence", () => performance.now() - silentSince > 80);
    expect(client.destroyed).to.equal(false);
    client.write("2");
    expect(await first(client)).to.equal("ECONNRESET");
  });

  it("cuts and slows the way to a target", async () => {
    const only = await single();
    const client = open();
    await first(client);
    const end = first(client);
    await configure([{ ...only.settings, cut: true }]);
    expect(await end).to.equal("ECONNRESET");
    expect(await first(open())).to.equal("ECONNRESET");
    await becomes("one", "unhealthy");
    await configure([{ ...only.settings, delayMs: 60 }]);
    await becomes("one", "healthy");
    const since = performance.now();
    await first(open());
    expect(performance.now() - since).to.be.greaterThan(55);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, FRONTS[0]!.host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
