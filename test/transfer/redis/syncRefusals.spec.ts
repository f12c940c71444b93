import { expect } from "chai";
import { RedisConnection, type RedisAddress } from "../../../transfer/redis/connection.ts";
import { RefusedError } from "../../../transfer/redis/errors.ts";
import { LiveSync, type LiveSyncOptions } from "../../../transfer/redis/sync.ts";
import { rejection } from "../../support/rejection.ts";
import { until } from "../../support/until.ts";
import { fill, startPair, tell, type Pair } from "./pair.ts";

describe("what ends a live copy", function () {
  this.timeout(30_000);
  let pair: Pair;
  const running: LiveSync[] = [];

  beforeEach(async () => {
    pair = await startPair();
  });
  afterEach(async () => {
    for (const live of running.splice(0)) await live.stop();
    await pair.stop();
  });

  async function start(options: Partial<LiveSyncOptions> = {}): Promise<LiveSync> {
    const [source, target] = [pair.source.address, pair.target.address];
    const live = await LiveSync.start({ source, target, throttle: false, ...options });
    running.push(live);
    return live;
  }

  async function expectRefusal(refused: Promise<unknown>, what: object, why: RegExp) {
    const error = await rejection(refused);
    expect(error).to.be.instanceOf(RefusedError).and.include(what);
    expect(String(error)).to.match(why);
  }

  it("a target that has no memory left", async () => {
    await tell(pair.onTarget, ["CONFIG", "SET", "maxmemory", "3mb"]);
    await fill(pair.onSource, 100, "redis.call('SET', key, string.rep('x', 100000))");
    const live = await start();
    await expectRefusal(live.done, { side: "target", code: "OOM" }, /maxmemory/);
    expect(live.state().phase).to.equal("stopped");
    expect(await rejection(live.drain())).to.be.instanceOf(RefusedError);
  });

  it("a target that drops keys for want of memory", async () => {
    const live = await start();
    await live.drain();
    await tell(pair.onTarget, ["CONFIG", "SET", "maxmemory", "3mb"]);
    await tell(pair.onTarget, ["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]);
    await fill(pair.onSource, 100, "redis.call('SET', key, string.rep('x', 100000))");
    await expectRefusal(live.done, { side: "target", code: "EVICTED" }, /allkeys-lru/);
  });

  it("a source that tells of no changes, in any way", async () => {
    const source = await reader("-client|tracking");
    const refused = start({ source });
    await expectRefusal(
      refused,
      { side: "source", code: "NOWATCH" },
      /notify-keyspace-events to KA/,
    );
  });

  it("a source that allows no tracking is followed by its events if it sends them", async () => {
    await tell(pair.onSource, ["CONFIG", "SET", "notify-keyspace-events", "KA"]);
    const live = await start({ source: await reader("-client|tracking") });
    expect(live.state().watch).to.equal("notifications");
  });

  it("events of some classes only", async () => {
    await tell(pair.onSource, ["CONFIG", "SET", "notify-keyspace-events", "K$lsxg"]);
    const refused = start({ tail: "notifications" });
    await expectRefusal(refused, { code: "NOEVENTS" }, /for hset, zadd, xadd;/);
  });

  it("events of some classes only, and keys of ours that a SWAPDB takes away do not stay", async () => {
    const { onSource } = pair;
    await tell(onSource, ["CONFIG", "SET", "notify-keyspace-events", "K$lsxg"]);
    const refused = rejection(start({ tail: "notifications" }));
    await until(async () => Number(await onSource.ask("DBSIZE")) > 0);
    await tell(onSource, ["SWAPDB", 0, 5], ["SELECT", 5]);
    expect(await refused).to.include({ code: "NOEVENTS" });
    const left = (await onSource.ask("KEYS", "godwit:probe:*")) as unknown as Buffer[];
    expect(left).not.to.be.empty;
    for (const key of left) expect(await onSource.ask("PTTL", key), String(key)).to.be.above(0);
    await tell(onSource, ["SELECT", 0]);
  });

  it("a source that allows no replication", async () => {
    const refused = start({ source: await reader("-psync"), tail: "replication" });
    await expectRefusal(refused, { side: "source", code: "NOPERM" }, /psync/);
  });

  it("a permission that is taken away while it runs", async () => {
    const live = await start({ source: await reader("+ping") });
    await live.drain();
    await tell(pair.onSource, ["ACL", "SETUSER", "reader", "-dump"], ["SET", "a", 1]);
    await expectRefusal(live.done, { side: "source", code: "NOPERM" }, /dump/);
  });

  it("a wrong password, which is not told", async () => {
    const source = { ...(await reader("+ping")), password: "not-the-token" };
    await expectRefusal(start({ source }), { code: "WRONGPASS" }, /^((?!not-the-token).)*$/);
  });

  it("lets a target be away for a while", async () => {
    const live = await start();
    await live.drain();
    await tell(pair.onTarget, ["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
    await tell(pair.onSource, ["SET", "a", 1]);
    await until(() => live.state().reconnects > 0);
    await live.drain();
    expect(live.state().phase).to.equal("live");
  });

  /** A user of the source that may do everything but what `rule` takes away. */
  async function reader(rule: string): Promise<RedisAddress> {
    const rules = ["on", ">token", "~*", "&*", "+@all", rule];
    await tell(pair.onSource, ["ACL", "SETUSER", "reader", ...rules]);
    const address = { ...pair.source.address, username: "reader", password: "token" };
    (await RedisConnection.open(address)).close();
    return address;
  }
});
