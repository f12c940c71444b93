import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { freePort } from "../../../automation/engine/freePort.ts";
import { DEFAULT_TIMING } from "../../../transfer/switch/protocol.ts";
import { rejection } from "../../support/rejection.ts";
import { until } from "../../support/until.ts";
import { RECORD, Stage } from "./support.ts";

const REPLY_BYTES = 2_000_000;
/** Keeps the server busy for some 20 ms, and then the client. */
const SLOW_AND_LARGE = `for i = 1, 3000000 do end return string.rep('x', ${REPLY_BYTES})`;

describe("a relay's node", () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.set();
    // A user without a password is let in with any.
    stage.token = "one";
  });
  afterEach(() => stage.clear());
  after(() => stage.stop());

  const get = (path: string, node: { healthAddress: { port: number } }, method = "GET") =>
    fetch(`http://127.0.0.1:${node.healthAddress.port}${path}`, { method });

  it("accepts clients at once, and serves them when the record says whom", async () => {
    const node = await stage.node();
    const client = stage.client(node);
    const set = client.set("k", "1");
    await until(() => node.status().stats.sessions === 1);
    const health = await get("/healthz", node);
    expect([health.status, await health.text()]).to.deep.equal([
      503,
      "booting: waiting to learn whom to serve\n",
    ]);
    expect(node.status()).to.include({ phase: "booting", forwarding: "source" });
    expect(node.status().stats).to.include({ requests: 0, state: "held" });
    await stage.record.keep({ epoch: 0, side: "source" });
    await set;
    expect(await stage.onSource.ask("EXISTS", "k")).to.equal(1);
    expect(node.status()).to.include({ phase: "serving", side: "source", epoch: 1 });
    expect((await get("/healthz", node)).status).to.equal(200);
  });

  it("holds for a driver, and goes where the record says", async () => {
    const node = await stage.serving();
    const driver = stage.driver(node);
    const client = stage.client(node);
    await client.set("k", "source");
    expect(await driver.link.prepare("target")).to.deep.equal({ ready: 1, failed: 0 });
    await driver.ask({ type: "hold", epoch: 2 }, "held");
    const set = client.set("k", "target");
    const health = await get("/healthz", node);
    expect([health.status, await health.text()]).to.deep.equal([200, "holding: source, epoch 1\n"]);
    await stage.record.settle(2, "target");
    await driver.ask({ type: "decided", epoch: 2 }, "serving");
    await set;
    expect(String(await stage.onSource.ask("GET", "k"))).to.equal("source");
    expect(String(await stage.onTarget.ask("GET", "k"))).to.equal("target");
    const status = await driver.link.status();
    expect(status).to.include({ phase: "serving", side: "target", epoch: 2, forwarding: "target" });
    expect(status.lastHoldMs).to.be.above(0);
  });

  it("says that it holds only when nothing is under way any more", async () => {
    const node = await stage.serving();
    const driver = stage.driver(node);
    const client = stage.client(node);
    await client.ping();
    const { requests } = node.status().stats;
    const slow = client.eval(SLOW_AND_LARGE, 0);
    await until(() => node.status().stats.requests > requests);
    const held = driver.ask({ type: "hold", epoch: 2 }, "held");
    await until(() => node.status().phase === "stopping");
    await held;
    expect(node.status().stats.state).to.equal("held");
    expect(await slow).to.have.length(REPLY_BYTES);
  });

  it("stays when its deadline passes and nobody has decided", async () => {
    const node = await stage.serving({ timing: { ...DEFAULT_TIMING, relayMs: 50 } });
    const driver = stage.driver(node);
    const client = stage.client(node);
    await driver.ask({ type: "hold", epoch: 2 }, "held");
    await client.set("k", "1");
    expect(await stage.onSource.ask("EXISTS", "k")).to.equal(1);
    expect(await stage.record.read()).to.deep.equal({ epoch: 2, side: "source" });
  });

  it("that dies while it holds comes back and decides to stay", async () => {
    const node = await stage.serving();
    await stage.driver(node).ask({ type: "hold", epoch: 2 }, "held");
    await node.close();
    const again = await stage.node();
    await until(() => again.status().phase === "serving");
    expect(await stage.record.settle(2, "target")).to.deep.equal({ epoch: 2, side: "source" });
    await stage.client(again).set("k", "1");
    expect(await stage.onSource.ask("EXISTS", "k")).to.equal(1);
  });

  it("that cannot reach the side that was decided goes on holding, and serves it when it can", async () => {
    const node = await stage.serving();
    const driver = stage.driver(node);
    const client = stage.client(node);
    await client.set("k", "source");
    await driver.ask({ type: "hold", epoch: 2 }, "held");
    // The connection that asks the record stays; new ones are refused.
    await stage.onTarget.ask("CONFIG", "SET", "maxclients", 1);
    await stage.record.settle(2, "target");
    await driver.ask({ type: "decided", epoch: 2 }, "serving");
    const set = client.set("k", "target");
    await until(() => stage.log.some((line) => /The target cannot be used/.test(line)));
    expect(node.status()).to.include({ side: "target", forwarding: "source" });
    expect(node.status().stats.state).to.equal("held");
    // Another switch may begin meanwhile: nothing is under way.
    await driver.ask({ type: "hold", epoch: 3 }, "held");
    await stage.record.settle(3, "target");
    await driver.ask({ type: "decided", epoch: 3 }, "serving");
    await stage.onTarget.ask("CONFIG", "SET", "maxclients", 10_000);
    await set;
    expect(String(await stage.onSource.ask("GET", "k"))).to.equal("source");
    expect(String(await stage.onTarget.ask("GET", "k"))).to.equal("target");
    const said = stage.log.filter((line) => /The target cannot be used/.test(line));
    expect(said).to.have.length(1);
  });

  it("goes back to the source while the side that was decided before cannot be reached", async () => {
    const node = await stage.serving();
    const driver = stage.driver(node);
    const client = stage.client(node);
    await client.set("k", "1");
    await driver.ask({ type: "hold", epoch: 2 }, "held");
    await stage.onTarget.ask("CONFIG", "SET", "maxclients", 1);
    await stage.record.settle(2, "target");
    await driver.ask({ type: "decided", epoch: 2 }, "serving");
    await driver.ask({ type: "hold", epoch: 3 }, "held");
    await stage.record.settle(3, "source");
    await driver.ask({ type: "decided", epoch: 3 }, "serving");
    await client.set("k", "2");
    expect(String(await stage.onSource.ask("GET", "k"))).to.equal("2");
    await stage.onTarget.ask("CONFIG", "SET", "maxclients", 10_000);
  });

  it("reads the token again when the target refuses it", async () => {
    await stage.onTarget.ask("ACL", "SETUSER", "default", "resetpass", ">one");
    await stage.record.keep({ epoch: 0, side: "target" });
    const node = await stage.node();
    const before = stage.client(node);
    await before.set("k", "1");
    await stage.onTarget.ask("ACL", "SETUSER", "default", "resetpass", ">two");
    stage.token = "two";
    const after = stage.client(node);
    expect(await after.get("k")).to.equal("1");
    expect(await before.get("k")).to.equal("1");
    expect(node.status().stats.closed.refused).to.be.above(0);
    await stage.onTarget.ask("ACL", "SETUSER", "default", "nopass");
  });

  for (const prepared of [false, true])
    it(`switches to a target whose token was rotated during the hold, ${prepared ? "" : "not "}prepared`, async () => {
      const node = await stage.serving();
      const driver = stage.driver(node);
      const client = stage.client(node);
      await client.ping();
      if (prepared) await driver.link.prepare("target");
      await driver.ask({ type: "hold", epoch: 2 }, "held");
      await stage.onTarget.ask("ACL", "SETUSER", "default", "resetpass", ">three");
      stage.token = "three";
      await stage.record.settle(2, "target");
      await driver.ask({ type: "decided", epoch: 2 }, "serving");
      await client.set("k", "1");
      expect(await stage.onTarget.ask("EXISTS", "k")).to.equal(1);
      expect(node.status().stats.closed).to.deep.equal({});
      await stage.onTarget.ask("ACL", "SETUSER", "default", "nopass");
    });

  it("two nodes hold and go together", async () => {
    const nodes = [await stage.serving(), await stage.serving({ name: "relay-2" })];
    const epoch = nodes[1]!.status().epoch! + 1;
    const drivers = nodes.map((node) => stage.driver(node));
    const clients = nodes.map((node) => stage.client(node));
    await Promise.all(drivers.map((driver) => driver.ask({ type: "hold", epoch }, "held")));
    const counts = Promise.all(clients.map((client) => client.incr("n")));
    await stage.record.settle(epoch, "target");
    await Promise.all(drivers.map((driver) => driver.ask({ type: "decided", epoch }, "serving")));
    expect((await counts).sort()).to.deep.equal([1, 2]);
    expect(await stage.onSource.ask("EXISTS", "n")).to.equal(0);
  });

  it("tells every phase that it enters", async () => {
    const phases: string[] = [];
    const node = await stage.serving({ onPhase: (phase) => phases.push(phase) });
    const driver = stage.driver(node);
    await driver.ask({ type: "hold", epoch: 2 }, "held");
    await driver.ask({ type: "decided", epoch: 2 }, "serving");
    await until(() => phases.length >= 6);
    expect(phases).to.deep.equal([
      ...["settling", "serving"],
      ...["stopping", "holding", "settling", "serving"],
    ]);
  });

  it("ends between two replies, and frees its ports", async () => {
    const node = await stage.serving();
    const [client, idle] = [stage.client(node), stage.client(node)];
    await Promise.all([client.ping(), idle.ping()]);
    const { requests } = node.status().stats;
    const slow = client.eval(SLOW_AND_LARGE, 0);
    await until(() => node.status().stats.requests > requests);
    const { port } = node.address;
    const begun = performance.now();
    await node.close();
    expect(await slow).to.have.length(REPLY_BYTES);
    expect(performance.now() - begun).to.be.below(4_000);
    const again = await stage.node({
      listen: { host: "127.0.0.1", port, controlPort: 0, healthPort: 0 },
    });
    expect(again.address.port).to.equal(port);
  });

  it("ends at its expiry, with its clients", async () => {
    const node = await stage.serving({ expiresAt: new Date(Date.now() + 150) });
    const { port } = node.address;
    const client = stage.client(node);
    await client.ping();
    const closed = new Promise((resolve) => client.once("close", resolve));
    await Promise.all([node.expired, closed]);
    expect(await rejection(connectTo(port))).to.have.property("code", "ECONNREFUSED");
    expect(stage.log.join()).to.match(/This relay ends at /);
  });

  it("does not start on a port that is taken, and leaves nothing open", async () => {
    const node = await stage.serving();
    const port = await freePort();
    const { port: healthPort } = node.healthAddress;
    const listen = { host: "127.0.0.1", port, controlPort: 0, healthPort };
    expect(await rejection(stage.node({ listen }))).to.have.property("code", "EADDRINUSE");
    expect(await rejection(connectTo(port))).to.have.property("code", "ECONNREFUSED");
  });

  it("asks the record no more once it is closed", async () => {
    const node = await stage.serving({ timing: { ...DEFAULT_TIMING, recheckMs: 5 } });
    const looks = async () => Number(await stage.onTarget.ask("HGET", RECORD, "looks"));
    const before = await looks();
    await until(async () => (await looks()) > before + 1);
    await node.close();
    const after = await looks();
    await delay(30);
    expect(await looks()).to.equal(after);
  });

  it("tells its figures in Prometheus' text format", async () => {
    const node = await stage.serving({ expiresAt: new Date(Date.now() + 3_600_000) });
    await stage.client(node).ping();
    const response = await get("/metrics", node);
    expect(response.headers.get("content-type")).to.equal(
      "text/plain; version=0.0.4; charset=utf-8",
    );
    const text = await response.text();
    expect(text).to.match(
      /^(# HELP godwit_relay_\w+ .+\n# TYPE godwit_relay_\w+ (counter|gauge)\n(godwit_relay_\w+(\{\w+="\w+"\})? [\d.e+-]+\n)*)+$/,
    );
    for (const [, name, type] of text.matchAll(/# TYPE (\w+) (\w+)/g))
      expect(name!.endsWith("_total"), name).to.equal(type === "counter");
    expect(text).to.include("\ngodwit_relay_clients 1\n");
    expect(text).to.include('\ngodwit_relay_phase{phase="serving"} 1\n');
    expect(text).to.include('\ngodwit_relay_side{side="target"} 0\n');
    expect(text).to.include("\ngodwit_relay_epoch 1\n");
    expect(text).to.include('\ngodwit_relay_closed_total{reason="upstream"} 0\n');
    expect(text).to.match(/\ngodwit_relay_expiry_seconds 3[56]\d\d/);
  });

  it("answers only what it is there for", async () => {
    const node = await stage.serving();
    const answers = await Promise.all([
      get("/healthz?from=balancer", node),
      get("/healthz", node, "HEAD"),
      get("/healthz", node, "POST"),
      get("/", node),
    ]);
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 405, 404]);
  });
});

async function connectTo(port: number): Promise<void> {
  await once(connect({ host: "127.0.0.1", port }), "connect");
}
