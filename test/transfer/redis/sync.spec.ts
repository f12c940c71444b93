import { expect } from "chai";
import type { Command } from "../../../transfer/redis/connection.ts";
import { LiveSync, type LiveSyncOptions } from "../../../transfer/redis/sync.ts";
import { rejection } from "../../support/rejection.ts";
import { until } from "../../support/until.ts";
import { fill, startPair, tell, type Pair } from "./pair.ts";
import { expectEqual } from "./support/equality.ts";
import { Writer } from "./support/writer.ts";

const KEYS = 20_000;

describe("live copy", function () {
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

  it("copies what is there, follows what is written, and removes what only the target has", async () => {
    await fill(pair.onSource, KEYS);
    await fill(pair.onTarget, 10, "redis.call('SET', 'extra:' .. i, 1)");
    const live = await start();
    const writer = await Writer.start(pair.source.address);
    await until(() => live.state().phase === "live");
    await writer.stop();
    await live.drain();
    expect(live.state()).to.deep.include({ phase: "live", watch: "tracking", reconnects: 0 });
    expect(live.state().rescans).to.deep.equal([]);
    await expectEqual(pair);
  });

  const changes: readonly { readonly what: string; readonly commands: readonly Command[] }[] = [
    { what: "a deletion", commands: [["DEL", "key:1"]] },
    { what: "a rename", commands: [["RENAME", "key:1", "renamed"]] },
    { what: "an expiry", commands: [["PEXPIRE", "key:1", 1]] },
    { what: "a new expiry", commands: [["EXPIRE", "key:1", 1_000]] },
    { what: "a name of any bytes", commands: [["SET", Buffer.from([0, 255, 13, 10, 32]), "x"]] },
    { what: "a move to another database", commands: [["MOVE", "key:1", 5]] },
    { what: "FLUSHALL", commands: [["FLUSHALL"], ["SET", "after", 1]] },
    { what: "FLUSHDB", commands: [["SELECT", 5], ["FLUSHDB"], ["SET", "after", 1]] },
    { what: "SWAPDB", commands: [["SWAPDB", 0, 5]] },
    { what: "a script's undeclared keys", commands: [["EVAL", undeclared(), 0]] },
    { what: "a transaction", commands: [["MULTI"], ["SET", "a", 1], ["DEL", "key:2"], ["EXEC"]] },
    { what: "an acknowledged entry", commands: [["XACK", "stream", "group", "1-1"]] },
    { what: "a group's new position", commands: [["XGROUP", "SETID", "stream", "group", "0"]] },
  ];
  for (const { what, commands } of changes) {
    it(`follows ${what}`, async () => {
      await fill(pair.onSource, 100);
      await tell(pair.onSource, ...streamWithGroup, ["SELECT", 5], ["SET", "five", 5]);
      await tell(pair.onSource, ["SELECT", 0]);
      const live = await start();
      await live.drain();
      await tell(pair.onSource, ...commands);
      await live.drain();
      await expectEqual(pair);
    });
  }

  it("follows sixteen databases, each with keys of the same names", async () => {
    for (let db = 0; db < 16; db++) {
      await tell(pair.onSource, ["SELECT", db]);
      await fill(pair.onSource, 50, `redis.call('SET', key, ${db})`);
    }
    const live = await start();
    await live.drain();
    for (let db = 0; db < 16; db += 3) {
      await tell(pair.onSource, ["SELECT", db], ["SET", "key:7", "new"], ["DEL", "key:8"]);
    }
    await live.drain();
    await expectEqual(pair);
  });

  it("follows a database that nobody has used before", async () => {
    const live = await start();
    await live.drain();
    await tell(pair.onSource, ["SELECT", 11], ["SET", "first", 1]);
    await live.drain();
    expect(live.state().rescans).to.deep.equal([]);
    await expectEqual(pair);
  });

  it("brings a large key that changes while it is copied in pieces", async () => {
    await tell(pair.onSource, ["SETRANGE", "large", 12_000_000, "end"]);
    const live = await start();
    for (let i = 0; i < 20; i++) await tell(pair.onSource, ["SETRANGE", "large", i * 500_000, "x"]);
    await live.drain();
    expect(live.state().largeKeys).to.equal(0);
    await expectEqual(pair);
  });

  it("leaves nothing of its own behind", async () => {
    const live = await start();
    await live.drain();
    await live.stop();
    expect(await pair.onSource.ask("DBSIZE")).to.equal(0);
    expect(await pair.onTarget.ask("DBSIZE")).to.equal(0);
  });

  it("drains while clients go on writing", async () => {
    await fill(pair.onSource, KEYS);
    const live = await start();
    const writer = await Writer.start(pair.source.address);
    await tell(pair.onSource, ["SET", "mine", "before"]);
    await live.drain();
    expect(String(await pair.onTarget.ask("GET", "mine"))).to.equal("before");
    await writer.stop();
  });

  it("starting from equality copies nothing but changes", async () => {
    await tell(pair.onSource, ["SET", "only here", 1]);
    const live = await start({ startEqual: true });
    await tell(pair.onSource, ["SET", "changed", 1]);
    await live.drain();
    expect(await pair.onTarget.ask("DBSIZE")).to.equal(1);
  });

  it("copies named keys again", async () => {
    await tell(pair.onSource, ["SET", "a", 1]);
    const live = await start();
    await live.drain();
    await tell(pair.onTarget, ["SET", "a", "damaged"], ["SET", "b", "extra"]);
    await live.copyAgain([
      { db: 0, key: Buffer.from("a") },
      { db: 0, key: Buffer.from("b") },
    ]);
    await expectEqual(pair);
  });

  it("tells plain JSON of how it stands, and ends when told to", async () => {
    const states: unknown[] = [];
    const live = await start({ onState: (state) => states.push(state) });
    await until(() => states.length > 0);
    expect(JSON.parse(JSON.stringify(states[0]))).to.deep.equal(states[0]);
    await live.stop();
    await live.done;
    expect(live.state().phase).to.equal("stopped");
    expect(await rejection(live.drain())).to.match(/stopped/);
  });

  it("ends when its signal is aborted, with the signal's reason", async () => {
    const aborting = new AbortController();
    const live = await start({ signal: aborting.signal });
    aborting.abort(new Error("enough"));
    expect(await rejection(live.done)).to.match(/enough/);
  });
});

const streamWithGroup: readonly Command[] = [
  ["XADD", "stream", "1-1", "field", "value"],
  ["XGROUP", "CREATE", "stream", "group", "0"],
  ["XREADGROUP", "GROUP", "group", "consumer", "STREAMS", "stream", ">"],
];

function undeclared(): string {
  return "for i = 1, 50 do redis.call('SET', 'made:' .. i, i); redis.call('DEL', 'key:' .. i) end";
}
