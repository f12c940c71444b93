import type { Command, RedisConnection } from "../connection.ts";

/** What one question to the source brought, as the command that puts it on the target. */
export interface Piece {
  readonly bytes: number;
  /** Undefined when there was nothing: an empty page of a scan. */
  readonly command: Command | undefined;
}

/** Asks the source for a value's pieces of about `PIECE_BYTES`, as commands that append them to `part`. */
type Reader = (source: RedisConnection, key: Buffer, part: Buffer) => AsyncGenerator<Piece>;

/** Takes either server about a millisecond, and is enough for the network to be used well. */
export const PIECE_BYTES = 512 * 1024;
/** Elements that a question asks for, however small they are: other clients wait meanwhile. */
const MOST_ELEMENTS = 500;
const UNKNOWN_ELEMENT = 16 * 1024;

/** Types whose values can be copied in pieces. */
export const READERS: Readonly<Record<string, Reader>> = {
  string: readString,
  list: readList,
  hash: (source, key, part) => scanned(source, key, ["HSCAN", "HLEN"], all(["HSET", part])),
  set: (source, key, part) => scanned(source, key, ["SSCAN", "SCARD"], all(["SADD", part])),
  zset: (source, key, part) => scanned(source, key, ["ZSCAN", "ZCARD"], scores(["ZADD", part])),
};

async function* readString(
  source: RedisConnection,
  key: Buffer,
  part: Buffer,
): AsyncGenerator<Piece> {
  for (let at = 0; ; at += PIECE_BYTES) {
    const bytes = (await source.ask("GETRANGE", key, at, at + PIECE_BYTES - 1)) as Buffer;
    if (bytes.length > 0) yield { bytes: bytes.length, command: ["APPEND", part, bytes] };
    if (bytes.length < PIECE_BYTES) return;
  }
}

async function* readList(
  source: RedisConnection,
  key: Buffer,
  part: Buffer,
): AsyncGenerator<Piece> {
  const size = await ElementCount.of(source, key, "LLEN");
  for (let at = 0; ;) {
    const count = size.next;
    const items = (await source.ask("LRANGE", key, at, at + count - 1)) as Buffer[];
    if (items.length === 0) return;
    const bytes = size.observe(items, items.length);
    yield { bytes, command: ["RPUSH", part, ...items] };
    at += items.length;
  }
}

type ToCommand = (items: readonly Buffer[]) => Command;

const all =
  (head: Command): ToCommand =>
  (items) => [...head, ...items];
/** ZSCAN says member, score; ZADD wants score, member. The score goes on as the server wrote it: 17 digits, exact. */
const scores =
  (head: Command): ToCommand =>
  (items) => [...head, ...items.map((_, i) => items[i ^ 1]!)];

async function* scanned(
  source: RedisConnection,
  key: Buffer,
  [scan, length]: readonly [string, string],
  toCommand: ToCommand,
): AsyncGenerator<Piece> {
  const size = await ElementCount.of(source, key, length);
  let cursor = "0";
  do {
    const reply = await source.ask(scan, key, cursor, "COUNT", size.next);
    const [next, items] = reply as [Buffer, Buffer[]];
    const bytes = size.observe(items, scan === "SSCAN" ? items.length : items.length / 2);
    yield { bytes, command: items.length > 0 ? toCommand(items) : undefined };
    cursor = next.toString();
  } while (cursor !== "0");
}

/** How many elements to ask for next so that they come to about `PIECE_BYTES`. */
class ElementCount {
  #average: number;

  private constructor(average: number) {
    this.#average = average;
  }

  /** Begins with the average size of an element in the source's memory, where it tells that. */
  static async of(source: RedisConnection, key: Buffer, command: string): Promise<ElementCount> {
    const bytes = await source.send(["MEMORY", "USAGE", key]);
    const elements = Number(await source.ask(command, key));
    if (typeof bytes !== "number") return new ElementCount(UNKNOWN_ELEMENT);
    return new ElementCount(bytes / Math.max(1, elements));
  }

  get next(): number {
    const count = Math.floor(PIECE_BYTES / Math.max(1, this.#average));
    return Math.min(MOST_ELEMENTS, Math.max(1, count));
  }

  /** Learns from what came, the latest counting half. Returns the bytes. */
  observe(items: readonly Buffer[], elements: number): number {
    const bytes = items.reduce((sum, { length }) => sum + length, 0);
    if (elements > 0) this.#average = (this.#average + bytes / elements) / 2;
    return bytes;
  }
}
