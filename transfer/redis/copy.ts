import { RedisConnection, type Command, type RedisAddress } from "./connection.ts";
import { orThrow, readEntries } from "./content.ts";
import { scanServer, type KeyBatch } from "./scan.ts";

export interface CopyOptions {
  readonly signal?: AbortSignal;
  onProgress?(keys: number): void;
}

/**
 * Makes `target` hold exactly what `source` holds, values and expiries, while nobody writes to either. Running it
 * again does no harm. Rejects at the first key that the target refuses, with the server's own word.
 */
export async function copyServer(
  sourceAddress: RedisAddress,
  targetAddress: RedisAddress,
  options: CopyOptions = {},
): Promise<{ copied: number; deleted: number }> {
  const source = await RedisConnection.open(sourceAddress);
  const target = await RedisConnection.open(targetAddress).catch((error: unknown) => {
    source.close();
    throw error;
  });
  try {
    let copied = 0;
    for await (const batch of scanServer(source)) {
      options.signal?.throwIfAborted();
      await copyBatch(source, target, batch);
      options.onProgress?.((copied += batch.keys.length));
    }
    let deleted = 0;
    for await (const batch of scanServer(target)) {
      options.signal?.throwIfAborted();
      deleted += await deleteUnknown(source, target, batch);
    }
    return { copied, deleted };
  } finally {
    source.close();
    target.close();
  }
}

async function copyBatch(
  source: RedisConnection,
  target: RedisConnection,
  { db, keys }: KeyBatch,
): Promise<void> {
  const entries = await readEntries(source, db, keys);
  const commands: Command[] = [["SELECT", db]];
  entries.forEach(({ dump, expiresAt }, i) => {
    // A key that expired between the scan and now has nothing to restore.
    if (!dump) return;
    commands.push(["RESTORE", keys[i]!, Math.max(0, expiresAt), dump, "REPLACE", "ABSTTL"]);
  });
  (await target.batch(commands)).forEach(orThrow);
}

async function deleteUnknown(
  source: RedisConnection,
  target: RedisConnection,
  { db, keys }: KeyBatch,
): Promise<number> {
  const [, ...exists] = await source.batch([
    ["SELECT", db],
    ...keys.map((key) => ["EXISTS", key] as const),
  ]);
  const unknown = keys.filter((_, i) => exists[i] === 0);
  if (unknown.length > 0) await target.ask("UNLINK", ...unknown);
  return unknown.length;
}
