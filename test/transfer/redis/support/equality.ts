import { expect } from "chai";
import { setTimeout as delay } from "node:timers/promises";
import { compareServers } from "../../../../transfer/redis/verify.ts";
import type { Pair } from "../pair.ts";

/** A key that is about to expire may be gone on one side when the other is asked. */
const EXPIRY_MS = 50;
/** Keys may expire between the two readings: the servers' own digests are asked for until they are equal, but not for longer. */
const EXPIRIES_MS = 3_000;
const LOOK_EVERY_MS = 50;

/** Fails unless both servers hold the same, by our own comparison and by the servers' digests. */
export async function expectEqual(pair: Pair): Promise<void> {
  const { differences, sample } = await compareServers(pair.source.address, pair.target.address, {
    expiryToleranceMs: EXPIRY_MS,
  });
  expect({ differences, sample }).to.deep.equal({ differences: 0, sample: [] });
  const deadline = performance.now() + EXPIRIES_MS;
  let digests = await pair.digests();
  while (digests.source !== digests.target && performance.now() < deadline) {
    await delay(LOOK_EVERY_MS);
    digests = await pair.digests();
  }
  expect(digests.target).to.equal(digests.source);
}
