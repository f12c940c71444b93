import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { RedisConnection } from "../../../transfer/redis/connection.ts";
import type { Health } from "../../../transfer/redis/health.ts";
import { DEFAULT_THRESHOLDS, Share, startPace, type Pace } from "../../../transfer/redis/pace.ts";
import { rejection } from "../../support/rejection.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";

const GOOD: Health = { pingP99Ms: 0.5, pingLeastMs: 0.1, cpu: 0.3 };
const SLOW: Health = { ...GOOD, pingP99Ms: 9 };
const BUSY: Health = { ...GOOD, cpu: 0.99 };

function shareAfter(...readings: Health[]): number {
  const share = new Share();
  for (const reading of readings) share.observe(reading);
  return share.value;
}

describe("share of the time that a copy may use", () => {
  it("is all of it while the source is well", () => {
    expect(shareAfter(GOOD, GOOD)).to.equal(1);
  });

  it("shrinks when the source is slow or busy, once for each second that readings tell of", () => {
    expect(shareAfter(SLOW)).to.be.lessThan(0.8);
    expect(shareAfter(BUSY)).to.equal(shareAfter(SLOW));
    expect(shareAfter(SLOW, SLOW, SLOW, SLOW)).to.equal(shareAfter(SLOW));
    expect(shareAfter(SLOW, SLOW, SLOW, SLOW, SLOW)).to.be.lessThan(shareAfter(SLOW));
  });

  it("never falls below the least, and grows again step by step", () => {
    const { leastShare } = DEFAULT_THRESHOLDS;
    const busy = Array.from({ length: 100 }, () => BUSY);
    expect(shareAfter(...busy)).to.equal(leastShare);
    expect(shareAfter(...busy, GOOD, GOOD)).to.be.closeTo(leastShare + 0.1, 1e-9);
  });

  it("stays larger where the source is slow and its core is not busy", () => {
    const { leastShare, leastShareWhenSlow } = DEFAULT_THRESHOLDS;
    const slow = Array.from({ length: 100 }, () => SLOW);
    const busy = Array.from({ length: 100 }, () => BUSY);
    expect(shareAfter(...slow)).to.equal(leastShareWhenSlow);
    expect(shareAfter(...busy, ...slow)).to.equal(leastShare);
  });

  it("does not take a long way for a slow source", () => {
    expect(shareAfter({ pingP99Ms: 81, pingLeastMs: 80, cpu: 0.1 })).to.equal(1);
  });
});

describe("pace of a copy", function () {
  this.timeout(20_000);
  let server: RedisServer;
  let connection: RedisConnection;
  const paces: Pace[] = [];
  before(async () => {
    server = await startRedis("--enable-debug-command", "yes");
    connection = await RedisConnection.open(server.address);
  });
  after(async () => {
    for (const pace of paces) pace.stop();
    connection.close();
    await server.stop();
  });

  function start(...args: Parameters<typeof startPace>): Pace {
    const pace = startPace(...args);
    paces.push(pace);
    return pace;
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await delay(20);
  }

  it("sees a source that does not answer, and yields", async () => {
    const pace = start(server.address);
    await until(() => pace.health !== undefined);
    await connection.ask("DEBUG", "SLEEP", "0.5");
    await until(() => pace.share < 1);
    expect(pace.health!.pingP99Ms).to.be.greaterThan(3);
  });

  it("does not take our own busy event loop for the source's", async () => {
    const pace = start(server.address, { pingMs: 150, cpu: 2 });
    await until(() => pace.health !== undefined);
    const end = performance.now() + 1_500;
    while (performance.now() < end) {
      // Nothing else runs in this thread; readings queue up meanwhile.
    }
    await delay(50);
    expect(pace.share).to.equal(1);
  });

  it("rests in proportion to the work, and not at all at full share", async () => {
    // No reading is within such thresholds, so that the share is the least.
    const pace = start(server.address, { pingMs: -1, cpu: -1, leastShare: 0.5 });
    expect(await restOf(pace, 100)).to.be.lessThan(20);
    await until(() => pace.share === 0.5);
    expect(await restOf(pace, 100)).to.be.within(90, 300);
  });

  it("ends a rest when it is aborted, with the reason", async () => {
    const pace = start(server.address, { pingMs: -1, leastShare: 0.1 });
    await until(() => pace.share < 0.5);
    const signal = AbortSignal.timeout(20);
    const began = performance.now();
    expect(await rejection(pace.rest(10_000, signal))).to.equal(signal.reason);
    expect(performance.now() - began).to.be.lessThan(400);
  });

  it("goes on measuring after the source was gone", async () => {
    const pace = start(server.address);
    await until(() => pace.health !== undefined);
    const before = pace.health;
    await connection.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    await delay(500);
    await until(() => pace.health !== before);
  });

  it("can be turned off", async () => {
    const pace = start(server.address, false);
    expect(await restOf(pace, 1_000)).to.be.lessThan(20);
    expect(pace.share).to.equal(1);
  });

  async function restOf(pace: Pace, workedMs: number): Promise<number> {
    const began = performance.now();
    await pace.rest(workedMs);
    return performance.now() - began;
  }
});
