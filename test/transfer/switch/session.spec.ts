import { expect } from "chai";
import { RedisConnection } from "../../../transfer/redis/connection.ts";
import {
  DEFAULT_TIMING,
  other,
  type Side,
  type Timing,
} from "../../../transfer/switch/protocol.ts";
import { DecisionRecord } from "../../../transfer/switch/record.ts";
import { SwitchSession, type SessionOptions } from "../../../transfer/switch/session.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";
import { rejection } from "../../support/rejection.ts";
import { until } from "../../support/until.ts";
import { FakeTails } from "./support/fakeTails.ts";
import { LocalRelay } from "./support/localRelay.ts";

/** A busy machine must not end a switch that a test wants to succeed. */
const TIMING: Timing = { ...DEFAULT_TIMING, driverMs: 2_000, relayMs: 5_000 };
const BRIEF: Timing = { ...TIMING, driverMs: 50, relayMs: 5_000 };
const MOVE = "test";

describe("A switch session on real servers", () => {
  let servers: Record<Side, RedisServer>;
  let on: Record<Side, RedisConnection>;
  let record: DecisionRecord;
  let relays: LocalRelay[] = [];
  let tails: FakeTails;
  const sessions: SwitchSession[] = [];

  const newRecord = () =>
    new DecisionRecord({ move: MOVE, address: () => servers.target.address, replicas: 0 });
  const options = (more: Partial<SessionOptions> = {}): SessionOptions => ({
    links: relays,
    record,
    address: (side) => servers[side].address,
    relayHosts: [],
    timing: TIMING,
    ...more,
  });
  const begin = async (more: Partial<SessionOptions> = {}) => {
    const session = await SwitchSession.begin(options(more), tails);
    sessions.push(session);
    return session;
  };
  const serving = (side: Side) => until(() => relays.every(({ serves }) => serves === side));

  before(async () => {
    const [source, target] = await Promise.all([startRedis(), startRedis()]);
    servers = { source, target };
  });
  after(() => Promise.all([servers.source.stop(), servers.target.stop()]));

  beforeEach(async () => {
    const [source, target] = await Promise.all([
      RedisConnection.open(servers.source.address),
      RedisConnection.open(servers.target.address),
    ]);
    on = { source, target };
    for (const each of [source, target]) await each.ask("FLUSHALL");
    record = newRecord();
    await record.keep({ epoch: 0, side: "source" });
    relays = ["relay-1", "relay-2"].map((name) => new LocalRelay(name, newRecord(), TIMING));
    tails = new FakeTails("target");
    await serving("source");
  });

  afterEach(() => {
    for (const each of sessions.splice(0)) each.close();
    for (const each of relays) each.close();
    for (const each of [record, on.source, on.target]) each.close();
  });

  it("takes the traffic there and back, and tells how long which phase took", async () => {
    const session = await begin();
    const there = await session.switchTo("target");
    await serving("target");
    expect(there).to.include({ side: "target", moved: true, already: false, unbroken: true });
    expect(there.untold).to.deep.equal([]);
    expect(there).not.to.have.property("withdrawn");
    expect(there.phasesMs).to.have.all.keys("preparing", "opening", "holding", "fencing", "draining", "turning", "settling", "telling", "unfencing", "arming"); // prettier-ignore
    expect(there.heldMs).to.be.within(there.phasesMs.holding!, 2_000);
    const back = await session.switchTo("source");
    await serving("source");
    expect(back).to.include({ side: "source", moved: true, unbroken: true });
    expect(back.epoch).to.be.greaterThan(there.epoch);
    expect(session.owner).to.deep.equal({ epoch: back.epoch, side: "source" });
    const round = ["drain godwit:sentinel:fake", "turn"];
    expect(tails.asked).to.deep.equal([...round, "arm source", ...round, "arm target"]);
    for (const each of [on.source, on.target]) expect(await each.ask("SET", "free", 1)).to.exist;
  });

  it("does nothing where the traffic already is", async () => {
    const session = await begin();
    expect(await session.switchTo("source")).to.include({ moved: false, already: true });
    expect(tails.asked).to.deep.equal([]);
  });

  it("withdraws when a relay does not hold, names it, and succeeds when it does", async () => {
    const session = await begin({ timing: BRIEF });
    relays[1]!.stuck = true;
    const outcome = await session.switchTo("target");
    expect(outcome).to.include({ side: "source", moved: false });
    expect(outcome.withdrawn).to.deep.equal({
      why: "deadline",
      detail: "relay-2 did not hold within 50 ms",
    });
    await serving("source");
    relays[1]!.stuck = false;
    session.close();
    expect((await (await begin()).switchTo("target")).moved).to.equal(true);
  });

  it("touches nobody when not everything was ready, and names what was not", async () => {
    const session = await begin();
    relays[0]!.preparation = Promise.reject(new Error("the target refuses its clients"));
    const { epoch } = session.owner;
    expect((await session.switchTo("target")).withdrawn).to.deep.equal({
      why: "unprepared",
      detail: "relay-1 was not ready: the target refuses its clients",
    });
    expect(await record.read()).to.deep.equal({ epoch, side: "source" });
    relays[0]!.preparation = Promise.resolve();
    expect((await session.switchTo("target")).moved).to.equal(true);
  });

  it("gives the drain up at its deadline; writes pass again and the same tail goes on", async () => {
    const session = await begin({ timing: BRIEF });
    let reason = "";
    tails.draining = async (signal) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      reason = String(signal.reason);
    };
    const outcome = await session.switchTo("target");
    expect(outcome.withdrawn?.detail).to.equal("the copy did not come level within 50 ms");
    expect(reason).to.match(/was withdrawn/);
    await serving("source");
    expect(tails.asked.at(-1)).to.equal("arm target");
    await on.source.ask("SET", "free", 1);
  });

  it("says why a drain failed", async () => {
    const session = await begin();
    tails.draining = () => Promise.reject(new Error("the lane read from another server"));
    const { withdrawn } = await session.switchTo("target");
    expect(withdrawn).to.deep.equal({
      why: "failed",
      detail: "draining failed: the lane read from another server",
    });
  });

  it("withdraws when the fence is lost while it drains, and starts the tail anew after the next", async () => {
    const session = await begin();
    tails.draining = async () => {
      tails.draining = () => Promise.resolve();
      await on.source.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      await new Promise(() => {}); // It would wait for its server.
    };
    const { withdrawn } = await session.switchTo("target");
    expect(withdrawn?.why).to.equal("fence-lapsed");
    expect(withdrawn?.detail).to.match(/^the fence of the source was lost: /);
    await serving("source");
    expect((await session.switchTo("target")).moved).to.equal(true);
  });

  it("counts and names a client that came past the relays", async () => {
    const session = await begin();
    const bypass = await RedisConnection.open(servers.source.address);
    await bypass.ask("CLIENT", "SETNAME", "app");
    await bypass.ask("SET", "past", "relays");
    const { strangersKilled } = await session.switchTo("target");
    expect(strangersKilled).to.deep.equal({ count: 1, hosts: ["127.0.0.1"] });
    expect(String(await rejection(bypass.ask("PING")))).to.match(/closed/);
  });

  it("does not begin without a record, nor with a tail onto the owner", async () => {
    await on.target.ask("DEL", `godwit:switch:${MOVE}`);
    expect(String(await rejection(begin()))).to.match(/no decision record on the target.*Put the relays in first/); // prettier-ignore
    await record.keep({ epoch: 7, side: "target" });
    expect(String(await rejection(begin()))).to.match(/traffic is on the target.*Nothing was switched/); // prettier-ignore
  });

  it("withdraws, touching nobody, when the record was erased since", async () => {
    const session = await begin();
    await on.target.ask("DEL", `godwit:switch:${MOVE}`);
    expect((await session.switchTo("target")).withdrawn).to.deep.equal({
      why: "failed",
      detail: "there is no decision record on the target",
    });
    expect(relays.map(({ phase }) => phase)).to.deep.equal(["serving", "serving"]);
  });

  it("refuses a second switch while one is under way, and any once it is closed", async () => {
    const session = await begin();
    const first = session.switchTo("target");
    expect(String(await rejection(session.switchTo("target")))).to.match(/A switch is under way/);
    expect((await first).moved).to.equal(true);
    session.close();
    expect(String(await rejection(session.switchTo("source")))).to.match(/session is closed/);
  });

  it("serves by one side at a time when two drivers switch at once, in opposite directions too", async () => {
    const [one, two] = [await begin(), await begin()];
    const split = () => new Set(relays.flatMap(({ serves }) => serves ?? [])).size > 1;
    let seenSplit = false;
    const looking = setInterval(() => (seenSplit ||= split()));
    for (let round = 0; round < 10; round++) {
      const side = other((await record.read())!.side);
      await Promise.all([one.switchTo(side), two.switchTo(round % 2 ? side : other(side))]);
      const { side: owner } = (await record.read())!;
      await serving(owner);
    }
    clearInterval(looking);
    expect(seenSplit).to.equal(false);
    const last = await one.switchTo(other(one.owner.side));
    expect((await record.read())!.side).to.equal(last.side);
  });

  it("joins after a predecessor: closes its epoch, kills what it left, and only then starts tails", async () => {
    const phases: string[] = [];
    const left = await RedisConnection.open(servers.target.address);
    const { epoch } = (await record.read())!;
    const join = (startTails: (toward: Side) => Promise<FakeTails>) =>
      SwitchSession.join(options({ onPhase: (phase) => phases.push(phase) }), startTails);
    const session = await join(async (toward) => {
      expect(String(await rejection(left.ask("SET", "late", 1)))).to.match(/closed/);
      expect(await record.read()).to.deep.equal({ epoch: epoch + 1, side: "source" });
      return (tails = new FakeTails(toward));
    });
    sessions.push(session);
    expect(tails.toward).to.equal("target");
    expect(phases).to.deep.equal(["joining", "unfencing", "arming", "idle"]);
    on.target.close();
    on.target = await RedisConnection.open(servers.target.address);
    expect((await session.switchTo("target")).moved).to.equal(true);
  });

  it("gives joining up, with its reason, when it is told to", async () => {
    const ending = new AbortController();
    const startTails = () => {
      ending.abort(new Error("the mover ends"));
      return new Promise<never>(() => {});
    };
    const joining = SwitchSession.join(options({ signal: ending.signal }), startTails);
    expect(String(await rejection(joining))).to.match(/the mover ends/);
    const begun = SwitchSession.join(options({ signal: ending.signal }), startTails);
    expect(String(await rejection(begun))).to.match(/the mover ends/);
    await on.target.ask("PING").catch(() => {}); // Killed by the joining.
    on.target = await RedisConnection.open(servers.target.address);
  });

  it("says where it stood when it cannot join in time", async () => {
    const joinMs = 100;
    const startTails = () => Promise.reject(new Error("the source cannot be reached"));
    expect(String(await rejection(SwitchSession.join(options({ joinMs }), startTails)))).to.match(
      /within 100 ms: it stood at arming, and starting the tail failed: the source cannot be reached/,
    );
    await on.target.ask("PING").catch(() => {}); // Killed by the joining.
    on.target = await RedisConnection.open(servers.target.address);
    await on.target.ask("DEL", `godwit:switch:${MOVE}`);
    expect(String(await rejection(SwitchSession.join(options({ joinMs }), startTails)))).to.match(
      /it stood at joining, and it has not been begun on the target/,
    );
  });
});
