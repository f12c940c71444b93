import { randomUUID } from "node:crypto";
import type { Command } from "../connection.ts";
import { becameAnother, replyDigest, score, streamFacts } from "../content.ts";
import { onSide, RefusedError, sideError, type Side } from "../errors.ts";
import { RedisError, type Reply } from "../parser.ts";
import { since7, type Servers } from "./servers.ts";

/** Two answers that are equal when the pieces are, and where the source's next piece begins. */
interface Piece {
  readonly source: Reply;
  readonly target: Reply;
  /** Undefined: this was the last. */
  readonly next: string | undefined;
}

/** What the comparison of a large value has found: digests of the first pieces that differ, else equal ones. */
export interface LargeLook {
  readonly source: string;
  readonly target: string;
}

/** Asks one command of one database; a server's error is thrown. */
type Ask = (...command: Command) => Promise<Reply>;

interface Key {
  readonly name: Buffer;
  readonly source: Ask;
  readonly target: Ask;
  /** Elements a piece, or bytes of a string. */
  readonly count: number;
  readonly since7: boolean;
}

/** About what one piece holds. A server takes some ms for it, and its other clients wait no longer. */
const PIECE_BYTES = 1024 * 1024;
const PIECE_ELEMENTS = 2_000;
const EQUAL: LargeLook = { source: "equal", target: "equal" };

/**
 * Compares a value that is too large to be serialised, piece by piece, up to the first difference. `size` is what it
 * takes in memory. The times of last delivery of pending entries are not compared here.
 */
export async function compareLarge(
  servers: Servers,
  db: number,
  name: Buffer,
  size: number,
): Promise<LargeLook> {
  const source = asking("source", servers, db);
  const target = asking("target", servers, db);
  try {
    const types = await both(source, target, ["TYPE", name]);
    if (!same(types)) return digests(types);
    const type = String(types.source);
    const count = await elementsAPiece(source, type, name, size);
    const key = { name, source, target, count, since7: since7(servers) };
    for await (const piece of pieces(type, key)) if (!same(piece)) return digests(piece);
    return EQUAL;
  } catch (error) {
    // It became another type, or went away, between two pieces: the next look will tell.
    if (!(error instanceof RefusedError) || !becameAnother(error)) throw error;
    return { source: `changed ${randomUUID()}`, target: "" };
  }
}

async function* pieces(type: string, key: Key): AsyncGenerator<Omit<Piece, "next">> {
  const whole = wholes[type];
  for (const command of whole?.(key.name) ?? []) yield await both(key.source, key.target, command);
  if (type === "stream") yield* streamGroups(key);
  const read = readers[type];
  if (!read) {
    yield await both(key.source, key.target, ["DUMP", key.name]);
    return;
  }
  for (let at: string | undefined = firstAt[type] ?? "0"; at !== undefined;) {
    const piece: Piece = await read(key, at);
    yield piece;
    at = piece.next;
  }
}

/** Sizes, which must agree: then it is enough that the target has each element of the source. */
const wholes: Readonly<Record<string, (name: Buffer) => Command[]>> = {
  string: (name) => [["STRLEN", name]],
  list: (name) => [["LLEN", name]],
  set: (name) => [["SCARD", name]],
  hash: (name) => [["HLEN", name]],
  zset: (name) => [["ZCARD", name]],
  stream: (name) => [["XLEN", name]],
};

const firstAt: Readonly<Record<string, string>> = { stream: "-" };

/** One piece of each type, from where the last one ended. */
const readers: Readonly<Record<string, (key: Key, at: string) => Promise<Piece>>> = {
  string: async (key, at) => {
    const command: Command = ["GETRANGE", key.name, at, Number(at) + key.count - 1];
    return ranged(await both(key.source, key.target, command), key.count, at);
  },
  list: async (key, at) => {
    const command: Command = ["LRANGE", key.name, at, Number(at) + key.count - 1];
    return ranged(await both(key.source, key.target, command), key.count, at);
  },
  zset: async (key, at) => {
    const command: Command = ["ZRANGE", key.name, at, Number(at) + key.count - 1, "WITHSCORES"];
    const { source, target } = await both(key.source, key.target, command);
    const piece = { source: scored(source), target: scored(target) };
    return ranged(piece, key.count, at, 2);
  },
  set: async (key, at) => {
    const [next, members] = await scan(key, "SSCAN", at);
    const found = members.length ? await key.target("SMISMEMBER", key.name, ...members) : [];
    return { source: members.map(() => 1), target: found, next };
  },
  hash: async (key, at) => {
    const [next, items] = await scan(key, "HSCAN", at);
    const fields = items.filter((_, i) => i % 2 === 0);
    const values = items.filter((_, i) => i % 2 === 1);
    const found = fields.length ? await key.target("HMGET", key.name, ...fields) : [];
    return { source: values, target: found, next };
  },
  stream: async (key, at) => {
    const command: Command = ["XRANGE", key.name, at, "+", "COUNT", key.count];
    const piece = await both(key.source, key.target, command);
    return { ...piece, next: afterLast(piece.source as [Buffer, ...Reply[]][], key.count) };
  },
};

async function scan(
  key: Key,
  command: string,
  at: string,
): Promise<[string | undefined, Buffer[]]> {
  const reply = await key.source(command, key.name, at, "COUNT", key.count);
  const [cursor, items] = reply as [Buffer, Buffer[]];
  const next = cursor.toString();
  return [next === "0" ? undefined : next, items];
}

/** A piece by offsets; the last one is not full. */
function ranged(piece: Omit<Piece, "next">, count: number, at: string, width = 1): Piece {
  const { length } = piece.source as Buffer | Reply[];
  return { ...piece, next: length < count * width ? undefined : String(Number(at) + count) };
}

function afterLast(entries: readonly [Buffer, ...Reply[]][], count: number): string | undefined {
  const last = entries.at(-1);
  return last && entries.length === count ? `(${last[0].toString()}` : undefined;
}

function scored(reply: Reply): Reply {
  return (reply as Buffer[]).map((item, i) => (i % 2 === 1 ? score(item) : item));
}

/** What a stream has beside its entries: ids and counters, groups, consumers, and what is pending of each group. */
async function* streamGroups(key: Key): AsyncGenerator<Omit<Piece, "next">> {
  const { name, source, target } = key;
  yield await facts(key, ["XINFO", "STREAM", name]);
  yield await facts(key, ["XINFO", "GROUPS", name]);
  const groups = (await source("XINFO", "GROUPS", name)) as Buffer[][];
  for (const [, group] of groups) {
    yield await facts(key, ["XINFO", "CONSUMERS", name, group!]);
    for (let from: string | undefined = "-"; from !== undefined;) {
      const command: Command = ["XPENDING", name, group!, from, "+", key.count];
      const piece = await both(source, target, command);
      yield { source: withoutIdle(piece.source), target: withoutIdle(piece.target) };
      from = afterLast(piece.source as [Buffer, ...Reply[]][], key.count);
    }
  }
}

async function facts(key: Key, command: Command): Promise<Omit<Piece, "next">> {
  const { source, target } = await both(key.source, key.target, command);
  const isMap = !Array.isArray((source as Reply[])[0]);
  const told = (reply: Reply): Reply =>
    isMap
      ? streamFacts(reply as Reply[], key)
      : (reply as Reply[][]).map((map) => streamFacts(map, key));
  return { source: told(source), target: told(target) };
}

/** Pending entries are told as id, consumer, ms since delivery, deliveries. */
function withoutIdle(reply: Reply): Reply {
  return (reply as Reply[][]).map(([id, consumer, , deliveries]) => [id!, consumer!, deliveries!]);
}

const LENGTHS: Readonly<Record<string, string>> = {
  list: "LLEN",
  set: "SCARD",
  hash: "HLEN",
  zset: "ZCARD",
  stream: "XLEN",
};

async function elementsAPiece(ask: Ask, type: string, name: Buffer, size: number): Promise<number> {
  const length = LENGTHS[type];
  if (!length) return PIECE_BYTES;
  const elements = Math.max(1, (await ask(length, name)) as number);
  return Math.max(1, Math.min(PIECE_ELEMENTS, Math.floor((PIECE_BYTES * elements) / size)));
}

function asking(side: Side, servers: Servers, db: number): Ask {
  return async (...command) => {
    const [, reply] = await onSide(side, servers[side].connection.batch([["SELECT", db], command]));
    if (reply instanceof RedisError) throw sideError(side, reply);
    return reply!;
  };
}

async function both(source: Ask, target: Ask, command: Command): Promise<Omit<Piece, "next">> {
  const [a, b] = await Promise.all([source(...command), target(...command)]);
  return { source: a, target: b };
}

function digests({ source, target }: Omit<Piece, "next">): LargeLook {
  return { source: replyDigest(source), target: replyDigest(target) };
}

function same(piece: Omit<Piece, "next">): boolean {
  const { source, target } = piece;
  if (Buffer.isBuffer(source) && Buffer.isBuffer(target)) return source.equals(target);
  const { source: a, target: b } = digests(piece);
  return a === b;
}
