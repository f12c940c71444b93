import { randomBytes } from "node:crypto";
import { expect } from "chai";
import type { Argument } from "../../../transfer/redis/connection.ts";
import { RefusedError } from "../../../transfer/redis/errors.ts";
import { copyLarge, removeParts, type LargeOptions } from "../../../transfer/redis/large.ts";
import { UNTHROTTLED, type Pace } from "../../../transfer/redis/pace.ts";
import { rejection } from "../../support/rejection.ts";
import { startPair, tell, type Pair } from "./pair.ts";

const LATER = Date.now() + 3_600_123;
const KEY = Buffer.from("large\r\n\0key");

describe("copying a large key in pieces", function () {
  this.timeout(20_000);
  let pair: Pair;
  before(async () => {
    pair = await startPair();
  });
  after(async () => await pair.stop());
  beforeEach(async () => {
    await tell(pair.onSource, ["FLUSHALL"], ["SELECT", 3]);
    await tell(pair.onTarget, ["FLUSHALL"], ["SELECT", 3], ["SET", KEY, "old"]);
  });

  const copy = (options: LargeOptions = {}) =>
    copyLarge(pair.source.address, pair.target.address, { db: 3, key: KEY }, options);

  async function equal(): Promise<void> {
    const { source, target } = await pair.digests();
    expect(target).to.equal(source);
  }

  /** Writes a collection of 100,000 elements on the source by a script. */
  const collection = (call: string) =>
    tell(pair.onSource, ["EVAL", `for i = 1, 100000 do redis.call(${call}) end`, 1, KEY]);

  /** Does something on the source after the first piece has been read. */
  function whileCopying(what: () => Promise<unknown>): Pace {
    let done = false;
    return {
      ...UNTHROTTLED,
      rest: async () => {
        if (done) return;
        done = true;
        await what();
      },
    };
  }

  it("a string of many pieces, byte for byte", async () => {
    await tell(pair.onSource, ["SET", KEY, randomBytes(20_000_001)]);
    expect(await copy()).to.deep.equal({ outcome: "copied", bytes: 20_000_001 });
    await equal();
  });

  const collections: readonly (readonly [string, string])[] = [
    ["list", "'RPUSH', KEYS[1], i"],
    ["set", "'SADD', KEYS[1], 'member:' .. i"],
    ["hash", "'HSET', KEYS[1], 'field:' .. i, i * 7"],
    ["sorted set", "'ZADD', KEYS[1], i / 3, 'member:' .. i"],
  ];
  for (const [what, call] of collections) {
    it(`a ${what} of 100,000 elements`, async () => {
      await collection(call);
      expect(await copy()).to.include({ outcome: "copied" });
      await equal();
    });
  }

  it("scores to the last digit, and infinite ones", async () => {
    const scores = [
      "0.1",
      "1e-300",
      "-1.7976931348623157e308",
      "inf",
      "-inf",
      "3.0000000000000004",
    ];
    const members = scores.flatMap((score, i): Argument[] => [score, `m${i}`]);
    await collection("'ZADD', KEYS[1], i, 'x' .. i");
    await tell(pair.onSource, ["ZADD", KEY, ...members]);
    await copy();
    await equal();
  });

  it("with its expiry", async () => {
    await collection("'RPUSH', KEYS[1], i");
    await tell(pair.onSource, ["PEXPIREAT", KEY, LATER]);
    await copy();
    expect(await pair.onTarget.ask("PEXPIRETIME", KEY)).to.equal(LATER);
  });

  it("a stream whole, with its groups", async () => {
    await collection("'XADD', KEYS[1], '*', 'n', i");
    await tell(pair.onSource, ["XGROUP", "CREATE", KEY, "group", "0"]);
    await tell(pair.onSource, [
      "XREADGROUP",
      "GROUP",
      "group",
      "c",
      "COUNT",
      5,
      "STREAMS",
      KEY,
      ">",
    ]);
    expect(await copy()).to.include({ outcome: "copied" });
    await equal();
  });

  it("elements of very different sizes, without asking for many large ones at once", async () => {
    const items = Array.from({ length: 600 }, (_, i) => randomBytes(i % 2 ? 10 : 50_000));
    await tell(pair.onSource, ["RPUSH", KEY, ...items]);
    await copy();
    await equal();
  });

  it("removes from the target what the source no longer has", async () => {
    expect(await copy()).to.deep.equal({ outcome: "removed", bytes: 0 });
    await equal();
  });

  it("removes what vanishes while it is copied", async () => {
    await collection("'SADD', KEYS[1], i");
    const pace = whileCopying(() => pair.onSource.ask("DEL", KEY));
    expect(await copy({ pace })).to.include({ outcome: "removed" });
    await equal();
  });

  it("begins again when the key becomes one of another type", async () => {
    await collection("'SADD', KEYS[1], i");
    const pace = whileCopying(() =>
      pair.onSource.batch([
        ["DEL", KEY],
        ["RPUSH", KEY, "a", "b"],
      ]),
    );
    expect(await copy({ pace })).to.include({ outcome: "copied" });
    await equal();
  });

  it("leaves nothing behind, and the target's key as it was, when it is aborted", async () => {
    await collection("'SADD', KEYS[1], i");
    const abort = new AbortController();
    const pace = whileCopying(async () => {
      abort.abort(new Error("enough"));
      abort.signal.throwIfAborted();
    });
    expect(String(await rejection(copy({ pace, signal: abort.signal })))).to.contain("enough");
    expect(await pair.onTarget.ask("KEYS", "*")).to.deep.equal([KEY]);
    expect(String(await pair.onTarget.ask("GET", KEY))).to.equal("old");
  });

  it("stops with the target's word when it has no memory left, and frees what it had taken", async () => {
    await tell(pair.onSource, ["SET", KEY, randomBytes(20_000_000)]);
    await tell(pair.onTarget, ["CONFIG", "SET", "maxmemory", "10mb"]);
    const refused = await rejection(copy());
    await tell(pair.onTarget, ["CONFIG", "SET", "maxmemory", "0"]);
    expect(refused).to.be.instanceOf(RefusedError).and.include({ side: "target", code: "OOM" });
    expect(await pair.onTarget.ask("KEYS", "*")).to.deep.equal([KEY]);
  });

  it("removes the parts that killed copies left, in every database, and nothing else", async () => {
    await tell(
      pair.onTarget,
      ["SET", "godwit:part:1234", "x"],
      ["SELECT", 0],
      ["SET", "godwit:part:5678", "x"],
      ["SET", "godwit:particle", "data"],
      ["SELECT", 3],
    );
    expect(await removeParts(pair.target.address)).to.equal(2);
    expect(await pair.onTarget.ask("DBSIZE")).to.equal(1);
  });
});
