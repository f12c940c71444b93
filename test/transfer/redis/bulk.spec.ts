import { randomBytes } from "node:crypto";
import { expect } from "chai";
import {
  bulkCopy,
  type BulkCheckpoint,
  type BulkOptions,
  type BulkProgress,
} from "../../../transfer/redis/bulk.ts";
import { RedisConnection, type Command } from "../../../transfer/redis/connection.ts";
import { LinkError } from "../../../transfer/redis/errors.ts";
import { openLane } from "../../../transfer/redis/lane.ts";
import { copyLarge } from "../../../transfer/redis/large.ts";
import { UNTHROTTLED, type Pace } from "../../../transfer/redis/pace.ts";
import { rejection } from "../../support/rejection.ts";
import { fill, startPair, tell, type Pair } from "./pair.ts";

describe("bulk copy", function () {
  this.timeout(30_000);
  let pair: Pair;
  before(async () => {
    pair = await startPair();
  });
  after(async () => await pair.stop());
  beforeEach(async () => {
    await tell(pair.onSource, ["FLUSHALL"], ["SELECT", 0]);
    await tell(pair.onTarget, ["FLUSHALL"], ["SELECT", 0]);
  });

  /** A whole copy, or what is left of one, with connections of its own as another process has. */
  async function copy(
    options: Partial<BulkOptions> = {},
    largeAbove?: number,
  ): Promise<BulkProgress> {
    const { source, target } = pair;
    const scan = await RedisConnection.open(source.address);
    const lane = await openLane(source.address, target.address, largeAbove ? { largeAbove } : {});
    try {
      return await bulkCopy(lane, scan, {
        onLarge: async (db, key, signal) => {
          await copyLarge(source.address, target.address, { db, key }, { signal });
        },
        ...options,
      });
    } finally {
      lane.close();
      scan.close();
    }
  }

  async function equal(): Promise<void> {
    const { source, target } = await pair.digests();
    expect(target).to.equal(source);
  }

  /** Does something before the nth page. */
  function beforePage(page: number, what: () => unknown): Pace {
    let pages = 0;
    return { ...UNTHROTTLED, rest: async () => void (++pages === page && (await what())) };
  }

  it("copies 16 databases of all types, with binary keys", async () => {
    const kinds = [
      "redis.call('SET', key, i, 'PX', 10000000 + i)",
      "redis.call('HSET', key, 'a', i)",
      "redis.call('RPUSH', key, i, i)",
      "redis.call('ZADD', key, i, i)",
      "redis.call('XADD', key, '1-' .. i, 'f', i)",
      "redis.call('SADD', key, i, 'x')",
    ];
    for (let db = 0; db < 16; db++) {
      await pair.onSource.ask("SELECT", db);
      await fill(pair.onSource, 300, kinds[db % kinds.length]);
      const binary = Array.from({ length: 20 }, (): Command => [
        "SET",
        randomBytes(20),
        randomBytes(20),
      ]);
      await pair.onSource.batch(binary);
    }
    expect(await copy()).to.include({ keys: 16 * 320, total: 16 * 320 });
    await equal();
  });

  it("copies large keys in pieces among the others, and counts them", async () => {
    await fill(pair.onSource, 5_000);
    await tell(
      pair.onSource,
      ["SET", "large:1", randomBytes(3_000_000)],
      ["SET", "large:2", randomBytes(2_000_000)],
    );
    expect(await copy({}, 1_000_000)).to.include({ keys: 5_002, largeDone: 2 });
    await equal();
  });

  it("goes on from its checkpoint after a kill, and copies the rest only", async () => {
    await fill(pair.onSource, 50_000);
    await tell(pair.onSource, ["SELECT", 5]);
    await fill(pair.onSource, 50_000);
    let checkpoint: BulkCheckpoint | undefined;
    const looked: number[] = [];
    for (let run = 0; run < 3; run++) {
      const from = checkpoint?.copied ?? 0;
      const started = performance.now();
      const killed = copy({
        checkpoint,
        onCheckpoint: (reached) => void (checkpoint = reached),
        // A lane that slows down so that the copy takes more than a checkpoint's interval.
        pace: {
          ...UNTHROTTLED,
          share: 0.5,
          rest: async () => {
            await new Promise((done) => setTimeout(done, 50));
            if (performance.now() - started > 1_500) throw new Error("killed");
          },
        },
      });
      expect(String(await rejection(killed))).to.contain("killed");
      looked.push(checkpoint!.copied - from);
    }
    expect(Math.min(...looked)).to.be.greaterThan(5_000);
    const { keys } = await copy({ checkpoint });
    expect(keys).to.be.within(100_000, 101_000);
    await equal();
  });

  it("starts over when the source is another process than the checkpoint's", async () => {
    await fill(pair.onSource, 2_000);
    const checkpoint = { runId: "of a server that has died", db: 0, cursor: "77", copied: 1_000 };
    expect(await copy({ checkpoint })).to.include({ keys: 2_000 });
    await equal();
  });

  it("saves no checkpoint beyond a large key that is not done", async () => {
    await fill(pair.onSource, 30_000);
    const large = Array.from({ length: 40 }, (_, i): Command => {
      return ["SET", `large:${i}`, randomBytes(40_000)];
    });
    await pair.onSource.batch(large);
    let done = 0;
    const saved: { copied: number; done: number }[] = [];
    await copy(
      {
        onLarge: async () => {
          await new Promise((resolve) => setTimeout(resolve, 60));
          done += 1;
        },
        onCheckpoint: ({ copied }) => void saved.push({ copied, done }),
      },
      30_000,
    );
    expect(saved.length).to.be.greaterThan(0);
    // Large keys are spread evenly: with a share of them done, about that share of all keys may be passed.
    for (const { copied, done } of saved) {
      expect(copied / 30_040).to.be.lessThan(done / 40 + 0.2);
    }
  });

  it("copies only the keys it is asked for", async () => {
    await fill(pair.onSource, 3_000);
    const onlyKeys = (db: number, key: Buffer) => db === 0 && key.toString().endsWith("7");
    await copy({ onlyKeys });
    expect(await pair.onTarget.ask("DBSIZE")).to.equal(300);
  });

  it("takes unfinished parts of an earlier copy for no data", async () => {
    await tell(pair.onSource, ["SET", "godwit:part:left-over", "1"], ["SET", "a", "1"]);
    await copy();
    expect(await pair.onTarget.ask("KEYS", "*")).to.deep.equal([Buffer.from("a")]);
  });

  it("ends equal while many keys expire during the copy", async () => {
    const soon = Date.now() + 400;
    await fill(
      pair.onSource,
      20_000,
      `redis.call('SET', key, i, 'PXAT', '${soon}' + i % 1000) redis.call('SET', 'stays' .. i, i)`,
    );
    await copy();
    await new Promise((done) => setTimeout(done, Math.max(0, soon + 1_100 - Date.now())));
    for (const server of [pair.onSource, pair.onTarget]) {
      // Expired keys leave the count when they are touched.
      await server.ask("EVAL", "for i = 1, 20000 do redis.call('EXISTS', 'key:' .. i) end", 0);
      expect(await server.ask("DBSIZE")).to.equal(20_000);
    }
    await equal();
  });

  it("stops at once when it is aborted, with the reason", async () => {
    await fill(pair.onSource, 20_000);
    const abort = new AbortController();
    const pace = beforePage(3, () => abort.abort(new Error("enough")));
    expect(String(await rejection(copy({ pace, signal: abort.signal })))).to.contain("enough");
    expect(await pair.onTarget.ask("DBSIZE")).to.be.lessThan(15_000);
  });

  for (const side of ["source", "target"] as const) {
    it(`stops with a lost link when the ${side} ends its connections`, async () => {
      await fill(pair.onSource, 50_000);
      const server = side === "source" ? pair.onSource : pair.onTarget;
      const kill = ["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"] as const;
      const pace = beforePage(5, () => server.ask(...kill));
      const lost = await rejection(copy({ pace }));
      expect(lost).to.be.instanceOf(LinkError).and.include({ side });
    });
  }

  it("waits for a large key under way before it says that it has failed", async () => {
    await fill(pair.onSource, 20_000);
    const large = Array.from({ length: 100 }, (_, i): Command => {
      return ["SET", `large:${i}`, randomBytes(40_000)];
    });
    await pair.onSource.batch(large);
    let [underWay, most] = [0, 0];
    const failing = copy(
      {
        onLarge: async (_db, _key, signal) => {
          most = Math.max(most, (underWay += 1));
          await new Promise((done) => signal.addEventListener("abort", done));
          await new Promise((done) => setTimeout(done, 100));
          underWay -= 1;
        },
        pace: beforePage(10, () => {
          throw new Error("failed");
        }),
      },
      30_000,
    );
    expect(String(await rejection(failing))).to.contain("failed");
    expect({ underWay, most }).to.deep.equal({ underWay: 0, most: 1 });
  });
});
