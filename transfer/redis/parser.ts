import { Nesting } from "./nesting.ts";

/** An error that the server answered. */
export class RedisError extends Error {
  override readonly name = "RedisError";
  /** First word of the answer: `WRONGTYPE`, `NOPERM`, `MOVED`, … */
  get code(): string {
    return this.message.split(" ", 1)[0] ?? "";
  }
}

/** One RESP2 reply; text and binary values alike are buffers. */
export type Reply = Buffer | number | null | RedisError | Reply[];

const CR = 13;
const sign = { plus: 43, minus: 45, colon: 58, dollar: 36, star: 42 } as const;

/**
 * Incremental RESP2 parser: takes chunks as they come from the socket and hands out whole replies in order.
 * A value larger than a chunk is collected in one buffer of its announced size, never copied twice.
 */
export class ReplyParser {
  readonly #nesting: Nesting<Reply>;
  #rest: Buffer = Buffer.alloc(0);
  #bulk: { readonly value: Buffer; filled: number } | undefined;

  constructor(emit: (reply: Reply) => void) {
    this.#nesting = new Nesting(emit);
  }

  push(chunk: Buffer): void {
    let data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    if (this.#bulk) data = this.#fillBulk(data);
    let at = 0;
    while (at < data.length && !this.#bulk) {
      const next = this.#parseAt(data, at);
      if (next === at) break;
      at = next;
    }
    this.#rest = at < data.length && !this.#bulk ? data.subarray(at) : Buffer.alloc(0);
  }

  /** Parses one line, and the value after it, at `at`; returns where the next one begins, or `at` if incomplete. */
  #parseAt(data: Buffer, at: number): number {
    const lineEnd = data.indexOf(CR, at + 1);
    if (lineEnd < 0 || lineEnd + 1 >= data.length) return at;
    const next = lineEnd + 2;
    switch (data[at]) {
      case sign.dollar:
        return this.#parseBulk(data, at, integerAt(data, at + 1, lineEnd), next);
      case sign.colon:
        this.#nesting.deliver(integerAt(data, at + 1, lineEnd));
        return next;
      case sign.plus:
        this.#nesting.deliver(Buffer.from(data.subarray(at + 1, lineEnd)));
        return next;
      case sign.minus:
        this.#nesting.deliver(new RedisError(data.toString("utf8", at + 1, lineEnd)));
        return next;
      case sign.star:
        this.#nesting.array(integerAt(data, at + 1, lineEnd));
        return next;
      default:
        throw new Error(`not a Redis reply: it begins with byte ${data[at]}`);
    }
  }

  #parseBulk(data: Buffer, at: number, length: number, begin: number): number {
    if (length < 0) {
      this.#nesting.deliver(null);
      return begin;
    }
    const end = begin + length;
    if (end + 2 <= data.length) {
      this.#nesting.deliver(Buffer.from(data.subarray(begin, end)));
      return end + 2;
    }
    if (length < 65_536) return at;
    // Two more bytes for the line end, so that it never has to be looked for separately.
    this.#bulk = { value: Buffer.allocUnsafe(length + 2), filled: 0 };
    this.#fillBulk(data.subarray(begin));
    return data.length;
  }

  /** Copies into the large value under way; returns what came after it. */
  #fillBulk(data: Buffer): Buffer {
    const bulk = this.#bulk!;
    const copied = data.copy(bulk.value, bulk.filled);
    bulk.filled += copied;
    if (bulk.filled < bulk.value.length) return data.subarray(data.length);
    this.#bulk = undefined;
    this.#nesting.deliver(bulk.value.subarray(0, -2));
    return data.subarray(copied);
  }
}

function integerAt(data: Buffer, from: number, to: number): number {
  const negative = data[from] === sign.minus;
  let value = 0;
  for (let at = negative ? from + 1 : from; at < to; at++) value = value * 10 + (data[at]! - 48);
  return negative ? -value : value;
}
