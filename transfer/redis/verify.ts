import { Comparer } from "./compare/comparer.ts";
import type { CompareOptions, Comparison } from "./compare/types.ts";
import type { RedisAddress } from "./connection.ts";
import type { KeyPlace } from "./large.ts";

export type {
  CompareOptions,
  Comparison,
  Difference,
  DifferenceKind,
  LivePair,
} from "./compare/types.ts";

/**
 * Compares two servers by content, both ways: every key of the source must be on the target with the same value and
 * expiry, and the target may hold no other; function libraries likewise. Reads both as bytes first; what differs
 * there is compared by content, and values above 8 MiB in pieces, so that neither server is held up. A key that
 * expires meanwhile is no difference.
 *
 * Of a live pair (`live`) a key that differs is looked at again until it is equal, or has differed for `settleMs`
 * while neither side changed it (a difference), or has kept changing for five times as long (`changedSince`).
 *
 * Keys under `godwit:` are our own (sentinels, parts of large values) and are ignored on both sides. Memory is
 * bounded whatever the number of keys and differences. Rejects with `LinkError` when a server is lost.
 */
export async function compareServers(
  source: RedisAddress,
  target: RedisAddress,
  options: CompareOptions = {},
): Promise<Comparison> {
  const comparer = await Comparer.open(source, target, options);
  try {
    return await comparer.everything();
  } finally {
    comparer.close();
  }
}

/** Compares these keys only, as `compareServers` does; `source` and `target` count those that are there. */
export async function compareKeys(
  source: RedisAddress,
  target: RedisAddress,
  names: readonly KeyPlace[],
  options: CompareOptions = {},
): Promise<Comparison> {
  const comparer = await Comparer.open(source, target, options);
  try {
    return await comparer.only(names);
  } finally {
    comparer.close();
  }
}
