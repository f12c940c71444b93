import type { RedisConnection } from "../connection.ts";
import { RedisError } from "../parser.ts";
import { ownName, PROBE_LIVES_MS } from "../sentinel.ts";

const ABSENT = ownName("probe");

/** What the source must let us do, as harmless commands about a key that it does not have. */
const NEEDED = [
  ["SCAN", "0", "COUNT", "1"],
  ["DUMP", ABSENT],
  ["PTTL", ABSENT],
  ["TYPE", ABSENT],
  ["EXISTS", ABSENT],
] as const;

/** Commands that a copy needs and that the source refuses, with its word for it. */
export async function refusedCommands(source: RedisConnection): Promise<string[]> {
  const replies = await source.batch(NEEDED);
  return replies.flatMap((reply, i) =>
    reply instanceof RedisError ? [`${NEEDED[i]![0]} (${reply.message})`] : [],
  );
}

/** Whether the source tells how much memory a key takes. */
export async function tellsSizes(source: RedisConnection): Promise<boolean> {
  return !((await source.send(["MEMORY", "USAGE", ABSENT])) instanceof RedisError);
}

/** Why the target cannot restore this key as the source serialises it; undefined when it can, or the key is gone. */
export async function restoreRefusal(
  source: RedisConnection,
  target: RedisConnection,
  { db, key }: { readonly db: number; readonly key: Buffer },
): Promise<string | undefined> {
  await source.ask("SELECT", db);
  const dump = (await source.ask("DUMP", key)) as Buffer | null;
  if (!dump) return undefined;
  const probe = ownName("probe");
  const reply = await target.send(["RESTORE", probe, PROBE_LIVES_MS, dump]);
  if (reply instanceof RedisError) return reply.message;
  await target.ask("UNLINK", probe);
  return undefined;
}

/** Whether the target has a database of this number. */
export async function hasDatabase(target: RedisConnection, db: number): Promise<boolean> {
  const reply = await target.send(["SELECT", db]);
  await target.ask("SELECT", 0);
  return !(reply instanceof RedisError);
}
