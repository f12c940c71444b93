import { expect } from "chai";
import { RedisConnection } from "../../../transfer/redis/connection.ts";
import { other } from "../../../transfer/switch/protocol.ts";
import { rejection } from "../../support/rejection.ts";
import { until } from "../../support/until.ts";
import { fill, tell } from "./pair.ts";
import { SwitchedPair } from "./support/switchedPair.ts";
import { Writer } from "./support/writer.ts";

const RECORD = "godwit:switch:move";
const QUICK_MS = 1_000;

describe("the pair of tails of a switch", function () {
  this.timeout(20_000);
  let world: SwitchedPair;

  before(async () => (world = await SwitchedPair.open()));
  afterEach(async () => await world.reset());
  after(async () => await world.close());

  it("goes there and back, and there again, while clients write, without a scan", async () => {
    await fill(world.on.source, 2_000);
    await world.start();
    for (let round = 0; round < 3; round++) {
      const owner = other(world.pair.toward);
      await fill(world.on[owner], 100, `redis.call('SET', 'round:${round}:' .. i, i)`);
      const writer = await Writer.start(world.servers[owner].address);
      await until(() => world.pair.state().changes > 500);
      await writer.stop();
      await world.move();
      expect(world.pair.state()).to.include({ toward: owner, rollbackLossless: true });
      await tell(world.on[other(owner)], ["DEL", `key:${round}`], ["SET", "after", round]);
    }
    expect(world.rescans).to.deep.equal([]);
    await world.expectSame();
  });

  it("drains while writes are paused: it writes nothing there, and its mark is on target and replica", async () => {
    await world.start();
    await tell(world.on.source, ["SET", "last", 1]);
    const sentinel = world.pair.expectSentinel();
    await world.fences.source.pause(sentinel);
    const began = performance.now();
    await world.pair.drain(sentinel, AbortSignal.timeout(10_000));
    expect(performance.now() - began).to.be.below(QUICK_MS);
    await RedisConnection.use(world.replica.address, async (reader) => {
      const replies = await reader.batch([
        ["GET", "last"],
        ["GET", sentinel.key],
        ["PTTL", sentinel.key],
      ]);
      expect(replies.slice(0, 2).map(String)).to.deep.equal(["1", sentinel.value]);
      expect(replies[2]).to.be.within(1, sentinel.ttlMs);
    });
  });

  it("goes on where it stood when the traffic stays after the turn", async () => {
    await world.start();
    await world.turn();
    await tell(world.on.source, ["SET", "while at rest", 1]);
    await until(() => world.pair.state().lag.keys === 1);
    expect(await world.on.target.ask("EXISTS", "while at rest")).to.equal(0);
    await world.pair.arm("target", true);
    await tell(world.on.source, ["SET", "afterwards", 1]);
    await world.expectSame();
    expect(await world.on.target.ask("EXISTS", "while at rest")).to.equal(1);
    expect(world.rescans).to.deep.equal([]);
    await world.move();
  });

  it("applies nothing to either side between the turn and the arming", async () => {
    await world.start();
    await world.move();
    await world.turn();
    await tell(world.on.source, ["SET", "on the source", 1]);
    await tell(world.on.target, ["SET", "on the target", 1]);
    await until(() => world.pair.state().lag.keys === 1);
    await world.pair.arm("target", true);
    await world.pair.catchUp();
    expect(await world.on.target.ask("EXISTS", "on the source")).to.equal(1);
    expect(await world.on.source.ask("EXISTS", "on the target")).to.equal(0);
  });

  it("rejects a drain that not enough replicas acknowledge", async () => {
    await world.start({ replicas: { source: 0, target: 2 }, patience: { confirmMs: 50 } });
    expect(await rejection(world.drain())).to.match(/1 of 2 replicas/);
  });

  it("begins with a full pass when the sides are not equal", async () => {
    await fill(world.on.source, 500);
    await world.start();
    await world.turn();
    await tell(world.on.source, ["SET", "a late write", 1], ["SET", "key:1", "late"]);
    await world.pair.arm("source", false);
    expect(world.pair.state()).to.deep.include({ toward: "source", rollbackLossless: false });
    expect(world.pair.state().rollbackGap!.reason).to.match(/copied once/);
    await world.expectSame();
    expect(world.pair.state().rollbackLossless).to.equal(true);
    expect(await world.on.source.ask("EXISTS", "a late write")).to.equal(0);
  });

  it("is not drained before everything has been copied once, and begins no second pass for being asked", async () => {
    await fill(world.on.source, 60_000);
    const link = await world.linkTo("target");
    await world.start({ target: link.address });
    link.slow(50);
    await world.pair.arm("target", false);
    await world.pair.prepare();
    const sentinel = world.pair.expectSentinel();
    await world.fences.source.pause(sentinel);
    // By now the tail has heard of the sentinel, too.
    for (let asked = 0; asked < 5; asked++) await world.on.source.ask("PING");
    expect(world.pair.state().phase).to.equal("copying");
    const drained = rejection(world.pair.drain(sentinel, AbortSignal.timeout(10_000)));
    expect(await drained).to.match(/not every key has been copied once.*try again later/);
    expect(await rejection(world.pair.turn())).to.match(/not every key has been copied once/);
    link.slow(0);
    await world.fences.source.lift();
    const before = world.pair.state().keys;
    await world.pair.arm("target", false);
    expect(world.pair.state().keys, "goes on").to.be.at.least(before);
    await world.expectSame();
    await world.drain();
    await world.fences.source.lift();
  });

  it("does nothing when it is armed again as it is, and all again when it was not equal before", async () => {
    await tell(world.on.source, ["SET", "a", 1]);
    await world.start();
    await tell(world.on.target, ["SET", "a", "damaged"]);
    await world.pair.arm("target", true);
    await world.pair.catchUp();
    expect(String(await world.on.target.ask("GET", "a"))).to.equal("damaged");
    await world.pair.arm("target", false);
    await world.expectSame();
    await tell(world.on.target, ["SET", "a", "damaged"]);
    await world.pair.arm("target", false);
    await world.pair.catchUp();
    expect(String(await world.on.target.ask("GET", "a"))).to.equal("damaged");
  });

  it("brings the removal of a database's last key, when the database is younger than the standby", async () => {
    await world.start();
    await world.pair.prepare();
    await tell(world.on.source, ["SELECT", 5], ["SET", "five", 5], ["SELECT", 0]);
    await world.move();
    await tell(world.on.target, ["SELECT", 5], ["DEL", "five"], ["SELECT", 0]);
    await world.expectSame();
  });

  it("leaves the decision record of either side alone, whatever is copied, flushed or removed", async () => {
    await tell(world.on.source, ["HSET", RECORD, "last", "of the source"], ["SET", "a", 1]);
    await tell(world.on.target, ["HSET", RECORD, "last", "of the target"], ["SET", "extra", 1]);
    const records = async (...expected: string[]) => {
      const found = [world.on.source, world.on.target].map((each) =>
        each.ask("HGET", RECORD, "last"),
      );
      expect((await Promise.all(found)).map(String)).to.deep.equal(expected);
    };
    await world.start();
    await world.pair.copyAgain([{ db: 0, key: Buffer.from(RECORD) }]);
    await world.expectSame();
    await records("of the source", "of the target");
    await tell(world.on.source, ["HSET", RECORD, "last", "changed"], ["SET", "b", 1]);
    await world.expectSame();
    await records("changed", "of the target");
    await tell(world.on.source, ["FLUSHALL"], ["SET", "c", 1]);
    await world.expectSame();
    await records("null", "of the target");
    await world.move(false);
    await tell(world.on.target, ["HSET", RECORD, "last", "changed"], ["SET", "d", 1]);
    await world.expectSame();
    await records("null", "changed");
  });
});
