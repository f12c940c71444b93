import { createHash } from "node:crypto";
import { RedisError, type Reply } from "./parser.ts";
import type { Command, RedisConnection } from "./connection.ts";

/** A key's serialised value and when it expires: -1 never, -2 there is no such key. */
export interface Entry {
  readonly dump: Buffer | null;
  /** Unix time in ms. */
  readonly expiresAt: number;
}

/** Reads many keys of one database in one round trip. */
export async function readEntries(
  connection: RedisConnection,
  db: number,
  keys: readonly Buffer[],
): Promise<Entry[]> {
  const commands: Command[] = [["SELECT", db]];
  for (const key of keys) commands.push(["DUMP", key], ["PEXPIRETIME", key]);
  const [, ...replies] = (await connection.batch(commands)).map(orThrow);
  return keys.map((_, i) => ({
    dump: replies[2 * i] as Buffer | null,
    expiresAt: replies[2 * i + 1] as number,
  }));
}

/**
 * SHA-256 of what a key holds, whatever its encoding in memory: sets and hashes without order, sorted sets with
 * their scores, streams with groups and pending entries. Two servers may serialise equal values differently;
 * their digests are equal.
 */
export async function contentDigest(
  connection: RedisConnection,
  db: number,
  key: Buffer,
): Promise<string> {
  await connection.ask("SELECT", db);
  const type = String(await connection.ask("TYPE", key));
  const content = await readContent(connection, type, key);
  const hash = createHash("sha256").update(`${type}\n`);
  digestInto(hash, content);
  return hash.digest("hex");
}

async function readContent(connection: RedisConnection, type: string, key: Buffer): Promise<Reply> {
  switch (type) {
    case "string":
      return await connection.ask("GET", key);
    case "list":
      return await connection.ask("LRANGE", key, 0, -1);
    case "set":
      return sorted((await connection.ask("SMEMBERS", key)) as Buffer[], 1);
    case "hash":
      return sorted((await connection.ask("HGETALL", key)) as Buffer[], 2);
    case "zset":
      return await connection.ask("ZRANGE", key, 0, -1, "WITHSCORES");
    case "stream":
      return withoutClockFields(await connection.ask("XINFO", "STREAM", key, "FULL", "COUNT", 0));
    case "none":
      return null;
    default:
      throw new Error(`keys of type ${type} belong to a module and cannot be compared`);
  }
}

/** Sorts members, or field and value pairs, by their bytes. */
function sorted(items: Buffer[], width: 1 | 2): Buffer[][] {
  const rows = Array.from({ length: items.length / width }, (_, i) =>
    items.slice(i * width, i * width + width),
  );
  return rows.sort((a, b) => Buffer.compare(a[0]!, b[0]!));
}

/** Fields of `XINFO STREAM FULL` that tell of memory layout or of when a consumer was seen, not of content. */
const VOLATILE = new Set(["radix-tree-keys", "radix-tree-nodes", "seen-time", "active-time"]);

function withoutClockFields(reply: Reply): Reply {
  if (!Array.isArray(reply)) return reply;
  const kept: Reply[] = [];
  for (let i = 0; i < reply.length; i++) {
    const item = reply[i]!;
    if (Buffer.isBuffer(item) && VOLATILE.has(item.toString())) i += 1;
    else kept.push(withoutClockFields(item));
  }
  return kept;
}

/** Every value with its kind and length first, so that no two different contents look alike. */
function digestInto(hash: ReturnType<typeof createHash>, value: Reply): void {
  if (Array.isArray(value)) {
    hash.update(`*${value.length}\n`);
    for (const item of value) digestInto(hash, item);
  } else if (Buffer.isBuffer(value)) {
    hash.update(`$${value.length}\n`).update(value);
  } else {
    hash.update(`:${String(value)}\n`);
  }
}

export function orThrow(reply: Reply): Exclude<Reply, RedisError> {
  if (reply instanceof RedisError) throw reply;
  return reply;
}
