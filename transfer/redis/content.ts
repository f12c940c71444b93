import { createHash, randomUUID, type Hash } from "node:crypto";
import { RedisError, type Reply } from "./parser.ts";
import type { Command, RedisConnection } from "./connection.ts";

/** How a digest is taken; both sides of a comparison must do it alike. */
export interface DigestOptions {
  /** Both servers tell all fields of streams (Redis 7.0). Otherwise those that only one tells are left out. */
  readonly since7: boolean;
}

/**
 * SHA-256 of what each key holds, whatever its encoding in memory: sets and hashes without order, lists in theirs,
 * sorted sets with scores, streams with their ids, groups, consumers and pending entries. Two servers may serialise
 * equal values differently; their digests are equal. Two round trips for all keys; the values are held meanwhile.
 */
export async function contentDigests(
  connection: RedisConnection,
  db: number,
  keys: readonly Buffer[],
  options: DigestOptions,
): Promise<string[]> {
  const [, ...types] = await connection.batch([
    ["SELECT", db],
    ...keys.map((key): Command => ["TYPE", key]),
  ]);
  const names = types.map((type) => String(orThrow(type)));
  const [, ...contents] = await connection.batch([
    ["SELECT", db],
    ...keys.map((key, i) => contentCommand(names[i]!, key)),
  ]);
  return contents.map((content, i) => digestOf(names[i]!, content, options));
}

function contentCommand(type: string, key: Buffer): Command {
  switch (type) {
    case "string":
      return ["GET", key];
    case "list":
      return ["LRANGE", key, 0, -1];
    case "set":
      return ["SMEMBERS", key];
    case "hash":
      return ["HGETALL", key];
    case "zset":
      return ["ZRANGE", key, 0, -1, "WITHSCORES"];
    case "stream":
      return ["XINFO", "STREAM", key, "FULL", "COUNT", 0];
    default:
      // No such key, or a module's type, of which only its own bytes can be compared.
      return ["DUMP", key];
  }
}

function digestOf(type: string, content: Reply, options: DigestOptions): string {
  // The key became another type or went away between the two questions: it equals nothing, not even itself.
  if (content instanceof RedisError && becameAnother(content)) return `changed ${randomUUID()}`;
  const hash = createHash("sha256").update(`${type}\n`);
  digestInto(hash, ordered(type, orThrow(content), options));
  return hash.digest("hex");
}

/** Whether a server's error tells that a key is gone or has another type than it had a moment ago. */
export function becameAnother({ code, message }: { code: string; message: string }): boolean {
  return code === "WRONGTYPE" || message.includes("no such key");
}

function ordered(type: string, content: Reply, options: DigestOptions): Reply {
  if (type === "set") return rowsByName(content as Buffer[], 1);
  if (type === "hash") return rowsByName(content as Buffer[], 2);
  if (type === "zset") return (content as Buffer[]).map((item, i) => (i % 2 ? score(item) : item));
  if (type === "stream") return streamFacts(content as Reply[], options);
  return content;
}

/** Sorts members, or field and value pairs, by their bytes. */
function rowsByName(items: Buffer[], width: 1 | 2): Buffer[][] {
  const rows = Array.from({ length: items.length / width }, (_, i) =>
    items.slice(i * width, i * width + width),
  );
  return rows.sort((a, b) => Buffer.compare(a[0]!, b[0]!));
}

/** A score in one spelling: servers since 7.2 write 0.1 for what others write 0.10000000000000001. */
export function score(text: Buffer): Buffer {
  const number = Number(text);
  return Number.isNaN(number) ? text : Buffer.from(String(number));
}

/** Fields of streams that tell of memory layout or of when a consumer was seen, not of content. */
const VOLATILE = new Set([
  "radix-tree-keys",
  "radix-tree-nodes",
  "seen-time",
  "active-time",
  "idle",
  "inactive",
]);
/** Together with those that servers before 7.0 do not know. */
const VOLATILE_OR_NEW = new Set([
  ...VOLATILE,
  "entries-added",
  "max-deleted-entry-id",
  "recorded-first-entry-id",
  "entries-read",
  "lag",
]);

/** Fields whose values are lists of such maps. */
const MAPS = new Set(["groups", "consumers"]);

/** What a map of XINFO tells of content. Entries' own fields, whatever their names, stay. */
export function streamFacts(map: readonly Reply[], options: DigestOptions): Reply[] {
  const left = options.since7 ? VOLATILE : VOLATILE_OR_NEW;
  const kept: Reply[] = [];
  for (let i = 0; i < map.length; i += 2) {
    const [field, value] = [String(map[i]), map[i + 1]!];
    if (left.has(field)) continue;
    const maps = MAPS.has(field) && Array.isArray(value) ? (value as Reply[][]) : undefined;
    kept.push(map[i]!, maps ? maps.map((each) => streamFacts(each, options)) : value);
  }
  return kept;
}

/** SHA-256 of a reply. */
export function replyDigest(reply: Reply): string {
  const hash = createHash("sha256");
  digestInto(hash, reply);
  return hash.digest("hex");
}

/** Every value with its kind and length first, so that no two different contents look alike. */
function digestInto(hash: Hash, value: Reply): void {
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
