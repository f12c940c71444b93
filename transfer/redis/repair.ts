import type { RedisAddress } from "./connection.ts";
import { copyLarge, type KeyPlace } from "./large.ts";
import { openLane } from "./lane.ts";
import { compareKeys, type CompareOptions } from "./verify.ts";

export interface RepairOptions extends CompareOptions {
  /** How often to copy and compare; default 3. */
  readonly rounds?: number;
  /**
   * Copies these keys to the target. While a tail runs it must be the tail's own `copyAgain`: two ways to one key could
   * overwrite a new value with an old one. Absent: a lane of our own, while nobody writes.
   */
  copy?(keys: readonly KeyPlace[]): Promise<void>;
}

export interface Repaired {
  /** Keys that differed and are equal now. */
  readonly repaired: number;
  /** Keys that still differ after the last round. */
  readonly remaining: readonly KeyPlace[];
  readonly rounds: number;
}

const DEFAULT_ROUNDS = 3;
const KEYS_A_COPY = 1_000;

/**
 * Copies again what a comparison found to differ (its `differing`) and compares those keys again, until they are equal
 * or a number of rounds has passed. Keys that the source does not have are removed from the target. A comparison
 * names its first 10,000 keys only: compare everything again afterwards. Rejects with `LinkError` or `RefusedError`.
 */
export async function repair(
  source: RedisAddress,
  target: RedisAddress,
  differing: readonly KeyPlace[],
  options: RepairOptions = {},
): Promise<Repaired> {
  const { rounds = DEFAULT_ROUNDS, copy = (keys) => copyAgain(source, target, keys) } = options;
  let remaining = differing;
  let round = 0;
  while (remaining.length > 0 && round < rounds) {
    options.signal?.throwIfAborted();
    await copy(remaining);
    ({ differing: remaining } = await compareKeys(source, target, remaining, options));
    round += 1;
  }
  return { repaired: differing.length - remaining.length, remaining, rounds: round };
}

async function copyAgain(
  source: RedisAddress,
  target: RedisAddress,
  places: readonly KeyPlace[],
): Promise<void> {
  const lane = await openLane(source, target);
  try {
    for (const [db, keys] of byDatabase(places)) {
      for (let from = 0; from < keys.length; from += KEYS_A_COPY) {
        const { large } = await lane.copy(db, keys.slice(from, from + KEYS_A_COPY));
        for (const key of large) await copyLarge(source, target, { db, key });
      }
    }
  } finally {
    lane.close();
  }
}

function byDatabase(places: readonly KeyPlace[]): Map<number, Buffer[]> {
  const databases = new Map<number, Buffer[]>();
  for (const { db, key } of places) {
    const keys = databases.get(db) ?? [];
    keys.push(key);
    databases.set(db, keys);
  }
  return databases;
}
