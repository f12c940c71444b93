import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { RedisConnection } from "../../../transfer/redis/connection.ts";
import { ControlClient } from "../../../transfer/relayNode/control/client.ts";
import { other, type Side } from "../../../transfer/switch/protocol.ts";
import { end } from "../../support/childProcess.ts";
import { until } from "../../support/until.ts";
import { rejection } from "../../support/rejection.ts";
import { Stage, TIMING, type Ended, type LinkName } from "./support/stage.ts";

const LINKS: readonly LinkName[] = ["driver-relay-1", "relay-1-source", "relay-1-target", "driver-source", "driver-target"]; // prettier-ignore
const PHASES = ["holding", "fencing", "draining", "turning", "settling", "unfencing", "arming"];
const CUT_MS = 250;
const LARGE = 1 << 20;
const STRANGE = "127.0.0.9";
const isWithdrawn = (ended: Ended) =>
  typeof ended === "object" && "outcome" in ended && ended.outcome.withdrawn !== undefined;
const happenedIn = (ended: Ended) =>
  typeof ended === "object" && "happened" in ended ? ended.happened : 0;
const SUPERSEDED = /another driver \(term \d+\) has taken this move over/;

describe("A switch under faults, on real servers, with clients that write", function () {
  this.timeout(60_000);
  let stage: Stage;
  const sockets: Socket[] = [];

  before(async () => void (stage = await Stage.set()));
  after(() => stage?.stop());
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await stage.checkOwner();
    await stage.checkEqual();
  });

  /** A switch to the side that does not have the traffic. */
  const turnRound = async (how: Parameters<Stage["switchTo"]>[1] = {}) =>
    stage.switchTo(other(await stage.owner()), how);

  it("serves by one side and loses nothing when the driver is killed between any two things that happen", async function () {
    this.timeout(180_000); // Against hanging only: a new driver, and its full pass, for each place.
    const found = { source: 0, target: 0 };
    let dieAt = 0;
    let ended: Ended = "died";
    while (ended === "died" || Math.min(found.source, found.target) === 0) {
      // How much happens varies on a busy machine: a switch that outlived its place is asked for its last ones.
      dieAt = ended === "died" ? dieAt + 1 : happenedIn(ended) - 1;
      // A new driver's tail begins with a full pass; until it is through, a switch is withdrawn.
      do ended = await turnRound({ dieAt });
      while (isWithdrawn(ended));
      if (ended === "died") found[await stage.startDriver()] += 1;
      await stage.checkOwner();
    }
    expect(ended, JSON.stringify(ended)).to.have.nested.property("outcome.moved", true);
    expect(dieAt, "so many things happen in a switch, and one more").to.be.greaterThan(20);
    this.test!.title += ` (${dieAt - 1} places)`;
  });

  for (const phase of ["stopping", "holding", "settling", "serving"]) {
    it(`serves by one side when a relay is killed while it is ${phase}, and started again`, async () => {
      await stage.moveTo("target");
      const died = stage.relayDiesIn(0, phase);
      const switched = turnRound();
      await died;
      await stage.startRelay(0);
      expect(await switched).to.have.property("outcome");
      await stage.checkOwner();
      await stage.moveTo("source");
    });
  }

  for (const link of LINKS) {
    it(`serves by one side when the link ${link} is cut in any phase, and what was sent arrives late`, async () => {
      for (const broken of PHASES) {
        const gate = stage.gates[link];
        const ended = await turnRound({
          onPhase: (phase) => {
            if (phase !== broken) return;
            gate.cut();
            setTimeout(() => gate.mend(), CUT_MS);
          },
        });
        gate.mend();
        expect(ended).to.have.property("outcome");
        await stage.checkOwner();
      }
    });

    it(`moves or stays when the link ${link} is slow`, async () => {
      stage.gates[link].slow(15);
      const ended = await turnRound();
      stage.gates[link].mend();
      expect(ended).to.have.property("outcome");
    });
  }

  for (const broken of ["draining", "settling"]) {
    it(`keeps every acknowledged write when the target fails over while the switch is ${broken}`, async () => {
      await stage.moveTo("source");
      let failed: Promise<void> | undefined;
      const ended = await stage.switchTo("target", {
        onPhase: (phase) => {
          if (phase === broken) failed = stage.failOver("target");
        },
      });
      await failed;
      expect(ended).to.have.property("outcome");
      await stage.checkOwner();
      await stage.moveTo("target");
    });
  }

  it("counts apart what the source's own failover during the hold has lost", async function () {
    await stage.moveTo("source");
    let failed: Promise<void> | undefined;
    const ended = await stage.switchTo("target", {
      onPhase: (phase) => {
        if (phase === "draining") failed = stage.failOver("source");
      },
    });
    await failed;
    expect(ended).to.have.property("outcome");
    await stage.ledger.served();
    const lost = await stage.ledger.check(stage.port(await stage.owner()), true);
    this.test!.title += ` (${lost} lost by it)`;
    await stage.moveTo("target");
  });

  it("carries along all that a client writes in bulk until the hold", async () => {
    await stage.moveTo("source");
    const { port } = stage.relayPorts[0]!;
    const host = "127.0.0.1";
    const bulk = await RedisConnection.open({ host, port });
    let rounds = 0;
    let moving = true;
    const keys = Array.from({ length: 2_000 }, (_, index) => `bulk:${index}`);
    const writing = (async () => {
      for (; moving; rounds++) await bulk.batch(keys.map((key) => ["SET", key, rounds + 1]));
    })();
    await until(() => rounds > 2);
    await stage.moveTo("target");
    moving = false;
    await writing;
    bulk.close();
    const target = { host, port: stage.port("target") };
    const values = await RedisConnection.use(target, (server) => server.ask("MGET", ...keys));
    expect(new Set((values as Buffer[]).map(Number))).to.deep.equal(new Set([rounds]));
  });

  it("does not wait for a client that never finishes its transaction", async () => {
    const client = await open(stage.relayPorts[0]!.port);
    client.write("MULTI\r\nSET unfinished 1\r\n");
    await once(client, "data");
    const closed = once(client, "close");
    await stage.moveTo(other(await stage.owner()));
    await closed;
    const owner = { host: "127.0.0.1", port: stage.port(await stage.owner()) };
    const exists = await RedisConnection.use(owner, (server) => server.ask("EXISTS", "unfinished"));
    expect(exists).to.equal(0);
  });

  it("does not wait for a client that reads nothing", async () => {
    const client = await open(stage.relayPorts[1]!.port);
    client.write(`*3\r\n$3\r\nSET\r\n$5\r\nlarge\r\n$${LARGE}\r\n${"x".repeat(LARGE)}\r\n`);
    await once(client, "data");
    client.pause();
    client.write("GET large\r\n".repeat(20));
    await stage.moveTo(other(await stage.owner()));
  });

  it("kills a client that comes past the relays, keeps what it had written, and counts it", async () => {
    await stage.moveTo("source");
    const client = await open(stage.port("source"), STRANGE);
    client.write("SET past relays\r\n");
    await once(client, "data");
    const closed = once(client, "close");
    const { strangersKilled } = await stage.moveTo("target");
    await closed;
    expect(strangersKilled).to.deep.equal({ count: 1, hosts: [STRANGE] });
    const target = { host: "127.0.0.1", port: stage.port("target") };
    const value = await RedisConnection.use(target, (server) => server.ask("GET", "past"));
    expect(String(value)).to.equal("relays");
  });

  it("stays when the driver stood still for longer than its lease", async () => {
    const from = await stage.owner();
    const ended = await turnRound({
      onPhase: (phase) => {
        if (phase !== "draining") return;
        stage.driver!.kill("SIGSTOP");
        setTimeout(() => stage.driver!.kill("SIGCONT"), 2 * TIMING.leaseMs);
      },
    });
    expect(ended).to.have.nested.property("outcome.withdrawn.why");
    expect(await stage.owner()).to.equal(from);
    await stage.moveTo(other(from));
  });

  it("loses nothing when a second driver takes over while the first leads a switch", async () => {
    const first = stage.driver!;
    const told = stage.heard(first, "superseded");
    let joined: Promise<Side> | undefined;
    const switched = turnRound({
      onPhase: (phase) => {
        if (phase === "draining") joined = stage.addDriver();
      },
    });
    expect(await told)
      .to.have.property("why")
      .that.matches(SUPERSEDED);
    expect(await joined).to.equal(await stage.owner());
    await end(first);
    await switched;
    await stage.checkOwner();
    await stage.moveTo(other(await stage.owner()));
  });

  it("loses nothing when a driver that stood still and was replaced wakes up", async () => {
    const frozen = stage.driver!;
    const told = stage.heard(frozen, "superseded");
    frozen.kill("SIGSTOP");
    await stage.addDriver();
    await stage.moveTo(other(await stage.owner()));
    await stage.ledger.served();
    frozen.kill("SIGCONT");
    expect(await told)
      .to.have.property("why")
      .that.matches(SUPERSEDED);
    await end(frozen);
  });

  it("moves nothing for a driver with another control key", async () => {
    const { controlPort: port } = stage.relayPorts[0]!;
    const key = Buffer.alloc(32, 7);
    const liar = new ControlClient({ name: "relay-1", host: "127.0.0.1", port, key });
    const before = await stage.record.read();
    liar.send({ type: "hold", epoch: before!.epoch + 1 });
    expect(String(await rejection(liar.status()))).to.match(/cannot be reached/);
    liar.send({ type: "hold", epoch: before!.epoch + 1 });
    await stage.ledger.served();
    liar.close();
    expect(await stage.record.read()).to.deep.equal(before);
  });

  it("takes 1,000 connections along, and closes none", async function () {
    const clients = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => open(stage.relayPorts[index % 2]!.port)),
    );
    const { heldMs } = await stage.moveTo(other(await stage.owner()));
    const back = await stage.moveTo(other(await stage.owner()));
    const answers = clients.map((client) => once(client, "data"));
    for (const client of clients) client.write("PING\r\n");
    await Promise.all(answers);
    this.test!.title += ` (held ${heldMs.toFixed(0)} and ${back.heldMs.toFixed(0)} ms)`;
  });

  async function open(port: number, from = "127.0.0.1"): Promise<Socket> {
    const socket = connect({ host: "127.0.0.1", port, localAddress: from });
    sockets.push(socket);
    socket.on("error", () => {}); // Some of these are there to be killed.
    await once(socket, "connect");
    return socket;
  }
});
