import { ReplyCursor } from "./replies.ts";

/** Names that godwit itself uses on a server: sentinels, parts of large values, probes. They are no data. */
const OWN_PREFIX = Buffer.from("godwit:");
/** Below this a loop is faster than the call of a native copy. */
const SHORT = 64;

/**
 * Names of some keys of one database, held as the bytes of SCAN's reply: `$length\r\n…\r\n` is byte for byte an
 * argument of the next command. Our own keys are left out.
 */
export class KeyPage {
  readonly db: number;
  /** The frames, one after the other. */
  readonly #frames: Buffer;
  /** Where each frame begins, and where the last one ends. */
  readonly #bounds: readonly number[];

  private constructor(db: number, frames: Buffer, bounds: readonly number[]) {
    this.db = db;
    this.#frames = frames;
    this.#bounds = bounds;
  }

  /** Page of the `count` names at the cursor. */
  static read(db: number, cursor: ReplyCursor, count: number): KeyPage {
    const replies = cursor.data;
    const begin = cursor.at;
    const bounds = [0];
    const kept: Buffer[] = [];
    let keptFrom = begin;
    let left = 0;
    for (let i = 0; i < count; i++) {
      const { from, value, to } = cursor.bulk()!;
      if (isOwn(replies, value)) {
        kept.push(replies.subarray(keptFrom, from));
        keptFrom = to;
        left += to - from;
      } else bounds.push(to - begin - left);
    }
    const last = replies.subarray(keptFrom, cursor.at);
    return new KeyPage(db, kept.length > 0 ? Buffer.concat([...kept, last]) : last, bounds);
  }

  static of(db: number, names: readonly Buffer[]): KeyPage {
    const frames = names.flatMap((name) => [
      Buffer.from(`$${name.length}\r\n`),
      name,
      Buffer.from("\r\n"),
    ]);
    return KeyPage.read(db, new ReplyCursor("source", Buffer.concat(frames)), names.length);
  }

  get length(): number {
    return this.#bounds.length - 1;
  }

  /** 0 to the last. */
  get places(): number[] {
    return Array.from({ length: this.length }, (_, i) => i);
  }

  /** A copy of a name, which does not keep the page in memory. */
  name(i: number): Buffer {
    const from = this.#bounds[i]!;
    const cursor = new ReplyCursor("source", this.#frames, from);
    return Buffer.from(cursor.content(cursor.bulk()!));
  }

  /** All names as arguments of one command. */
  get arguments(): Buffer {
    return this.#frames;
  }

  /** For each of these keys one command after the other: a head such as `*2\r\n$4\r\nDUMP\r\n`, and the key. */
  commands(heads: readonly Buffer[], keys: readonly number[]): Buffer {
    const headBytes = heads.reduce((sum, head) => sum + head.length, 0);
    let size = 0;
    for (const i of keys) size += headBytes + heads.length * this.#frameLength(i);
    const out = Buffer.allocUnsafe(size);
    let at = 0;
    for (const i of keys) {
      for (const head of heads) {
        at = append(out, at, head, 0, head.length);
        at = append(out, at, this.#frames, this.#bounds[i]!, this.#bounds[i + 1]!);
      }
    }
    return out;
  }

  #frameLength(i: number): number {
    return this.#bounds[i + 1]! - this.#bounds[i]!;
  }
}

function isOwn(data: Buffer, at: number): boolean {
  for (let i = 0; i < OWN_PREFIX.length; i++) if (data[at + i] !== OWN_PREFIX[i]) return false;
  return true;
}

function append(out: Buffer, at: number, data: Buffer, from: number, to: number): number {
  const length = to - from;
  if (length > SHORT) data.copy(out, at, from, to);
  else for (let i = 0; i < length; i++) out[at + i] = data[from + i]!;
  return at + length;
}
