import { CR, LF, sign } from "./wire.ts";

/** A length line is at most so long; a longer line is text, which goes by without being kept. */
const LONGEST_LINE = 32;

/**
 * Finds where replies begin and end in what a server sends (RESP2 and RESP3), chunk by chunk and without making
 * objects of them. Nesting needs no stack: it is enough to count the elements still to come.
 */
export class ReplyCutter {
  /** Replies that the last walk has passed to their end. Pushes are none: nobody asked for them. */
  passed = 0;
  /** The last walk stopped before bytes that say nothing without the next chunk. */
  starved = false;
  /** Set by `peek`: first byte of the reply. */
  type = 0;
  /** Set by `peek`: number in the reply's first line, where it has one. */
  number = 0;
  /** What is under way, or has passed last, is a push. */
  push = false;
  /** Elements of the reply under way that have not begun. */
  #pending = 0;
  /** Bytes of the value under way that are still to come, its line end included. */
  #skip = 0;
  /** Inside a long line of text. */
  #inText = false;
  #inside = false;

  /** The next byte begins a reply or a push. */
  get atBoundary(): boolean {
    return !this.#inside;
  }

  /** Passes over at most `limit` replies, and any pushes among them; returns up to where the bytes are understood. */
  walk(data: Buffer, from: number, limit: number): number {
    this.passed = 0;
    let at = from;
    while (this.passed < limit) {
      at = this.walkOne(data, at);
      if (this.#inside || at >= data.length || this.starved) return at;
    }
    return at;
  }

  /** Passes over one reply or push, or over what the data has of it. */
  walkOne(data: Buffer, from: number): number {
    let at = from;
    this.starved = false;
    for (;;) {
      if (this.#inText) at = this.#walkText(data, at);
      if (this.#skip > 0) at = this.#walkValue(data, at);
      if (this.#inside && this.#pending === 0 && this.#skip === 0 && !this.#inText) {
        this.#inside = false;
        if (!this.push) this.passed += 1;
        return at;
      }
      if (at >= data.length) return at;
      const next = this.#element(data, at);
      if (next < 0) {
        this.starved = true;
        return at;
      }
      at = next;
    }
  }

  /** Reads type and number of the reply at `at`; false when its first line is not there whole. */
  peek(data: Buffer, at: number): boolean {
    this.type = data[at] ?? 0;
    return this.#line(data, at) >= 0;
  }

  /** The first element of the array or push at `at` as text, `""` when it is no string; undefined when not there yet. */
  firstWord(data: Buffer, at: number): string | undefined {
    const element = this.#line(data, at);
    if (element < 0 || this.number <= 0) return element < 0 ? undefined : "";
    if (element >= data.length) return undefined;
    if (data[element] !== sign.bulk) return "";
    const value = this.#line(data, element);
    if (value < 0 || value + this.number > data.length) return undefined;
    return data.toString("latin1", value, value + this.number);
  }

  #element(data: Buffer, at: number): number {
    const type = data[at]!;
    const next = this.#line(data, at);
    if (next < 0 && !this.#isLongText(data, at, type)) return -1;
    if (!this.#inside) {
      this.#inside = true;
      this.push = type === sign.push;
      this.#pending = 1;
    }
    this.#pending += this.#weight(type);
    if (next < 0) {
      this.#inText = true;
      return data.length;
    }
    return next;
  }

  /** How many more elements are to come once one of this type has begun. */
  #weight(type: number): number {
    const count = Math.max(this.number, 0);
    switch (type) {
      case sign.bulk:
      case sign.verbatim:
      case sign.blobError:
        if (this.number >= 0) this.#skip = count + 2;
        return -1;
      case sign.array:
      case sign.set:
      case sign.push:
        return count - 1;
      case sign.map:
        return 2 * count - 1;
      case sign.attribute: // Comes before the element that it is about.
        return 2 * count;
      default:
        return -1;
    }
  }

  #walkValue(data: Buffer, at: number): number {
    const step = Math.min(this.#skip, data.length - at);
    this.#skip -= step;
    return at + step;
  }

  #walkText(data: Buffer, at: number): number {
    const end = data.indexOf(LF, at);
    this.#inText = end < 0;
    return end < 0 ? data.length : end + 1;
  }

  #isLongText(data: Buffer, at: number, type: number): boolean {
    return data.length - at > LONGEST_LINE && !COUNTED.has(type);
  }

  /** Reads the number of the line at `at`, if it is one; returns where the next line begins, -1 when incomplete. */
  #line(data: Buffer, at: number): number {
    let value = 0;
    let next = at + 1;
    const negative = data[next] === sign.error;
    if (negative) next += 1;
    for (; next < data.length; next++) {
      const byte = data[next]!;
      if (byte === CR && data[next + 1] === LF) {
        this.number = negative ? -value : value;
        return next + 2;
      }
      value = value * 10 + byte - 48;
    }
    return -1;
  }
}

/** Types whose first line is a length. */
const COUNTED: ReadonlySet<number> = new Set([
  sign.bulk,
  sign.verbatim,
  sign.blobError,
  sign.array,
  sign.set,
  sign.push,
  sign.map,
  sign.attribute,
]);
