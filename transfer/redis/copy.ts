import { bulkCopy } from "./bulk.ts";
import { RedisConnection, type RedisAddress } from "./connection.ts";
import { openLane } from "./lane.ts";
import { copyLarge, removeParts } from "./large.ts";
import { scanServer, type KeyBatch } from "./scan.ts";
import { withoutOwn } from "./sync/ownKeys.ts";

export interface CopyOptions {
  readonly signal?: AbortSignal;
  onProgress?(keys: number): void;
}

/**
 * Makes `target` hold exactly what `source` holds, values and expiries, while nobody writes to either. Keys of our own
 * are left as they are on both. Running it again does no harm. Rejects with `LinkError`, `RefusedError` or the signal's
 * reason.
 */
export async function copyServer(
  source: RedisAddress,
  target: RedisAddress,
  options: CopyOptions = {},
): Promise<{ copied: number; deleted: number }> {
  await removeParts(target);
  const from = await RedisConnection.open(source);
  try {
    const copied = await copyAll(source, target, from, options);
    const to = await RedisConnection.open(target);
    try {
      return { copied, deleted: await deleteUnknown(from, to, options) };
    } finally {
      to.close();
    }
  } finally {
    from.close();
  }
}

async function copyAll(
  source: RedisAddress,
  target: RedisAddress,
  from: RedisConnection,
  { signal, onProgress }: CopyOptions,
): Promise<number> {
  const lane = await openLane(source, target);
  try {
    const { keys } = await bulkCopy(lane, from, {
      signal,
      onProgress: (progress) => onProgress?.(progress.keys),
      onLarge: async (db, key, stop) => {
        await copyLarge(source, target, { db, key }, { signal: stop });
      },
    });
    return keys;
  } finally {
    lane.close();
  }
}

async function deleteUnknown(
  from: RedisConnection,
  to: RedisConnection,
  { signal }: CopyOptions,
): Promise<number> {
  let deleted = 0;
  for await (const batch of scanServer(to)) {
    signal?.throwIfAborted();
    const unknown = await missing(from, { ...batch, keys: withoutOwn(batch.keys) });
    if (unknown.length > 0) deleted += (await to.ask("UNLINK", ...unknown)) as number;
  }
  return deleted;
}

async function missing(from: RedisConnection, { db, keys }: KeyBatch): Promise<Buffer[]> {
  const [, ...exists] = await from.batch([
    ["SELECT", db],
    ...keys.map((key) => ["EXISTS", key] as const),
  ]);
  return keys.filter((_, i) => exists[i] === 0);
}
