import { kindAt, LONGEST_NAME, type Kind } from "./commands.ts";
import { splitInline } from "./inline.ts";
import { CR, LF, sign } from "./wire.ts";

/**
 * Why a walk stopped: at the end of the data; before bytes that say nothing without the next chunk; after as many
 * requests as were asked for; before a request that has a meaning for the relay; at something that is no request.
 */
export type Stop = "end" | "more" | "limit" | "special" | "broken";

/** A request taken whole: views into the chunk, and where the next one begins. */
export interface TakenRequest {
  readonly args: readonly Buffer[];
  readonly end: number;
}

/** As in the server: an inline command is at most so long (PROTO_INLINE_MAX_SIZE). */
const LONGEST_INLINE = 64 * 1024;
/** A length line is at most so long: `*` or `$`, 20 digits, line end. */
const LONGEST_LINE = 32;
const MORE = -1;
const BROKEN = -2;

/**
 * Finds where requests begin and end in what a client sends, chunk by chunk and without making objects of them.
 * Arguments of any size go by as byte counts.
 */
export class RequestCutter {
  /** Requests passed to their end since it was last set to 0; each of them gets one reply. */
  passed = 0;
  stop: Stop = "end";
  /** Set when `stop` is "special". */
  kind: Kind | undefined;
  /** Arguments of the request under way that have not been passed to their end. */
  #args = 0;
  /** Bytes of the argument under way that are still to come, its line end included. */
  #skip = 0;
  /** The number in the line last read. */
  #number = 0;

  /** The next byte begins a request. */
  get atBoundary(): boolean {
    return this.#args === 0;
  }

  /** Passes over requests from `from` on until `passed` is `limit`; returns up to where the bytes are understood. */
  walk(data: Buffer, from: number, limit: number): number {
    let at = from;
    for (;;) {
      if (this.#args > 0) {
        at = this.#walkArguments(data, at);
        if (this.#args > 0) return at;
        this.passed += 1;
      }
      if (this.passed >= limit) return this.#stopAt("limit", at);
      if (at >= data.length) return this.#stopAt("end", at);
      const next = this.#begin(data, at, true);
      if (next === MORE) return this.#stopAt("more", at);
      if (next === BROKEN) return this.#stopAt("broken", at);
      if (next === at) return this.#stopAt("special", at);
      at = next;
    }
  }

  /** Begins the special request at `at` as if it were a plain one; the next walk goes on from the returned offset. */
  pass(data: Buffer, at: number): number {
    return this.#begin(data, at, false);
  }

  /** The special request at `at`, or its first `most` arguments; undefined when they are not all there yet. */
  take(data: Buffer, at: number, most = Infinity): TakenRequest | undefined {
    if (data[at] !== sign.array) return this.#takeInline(data, at);
    let next = this.#line(data, at);
    const count = Math.min(this.#number, most);
    const args: Buffer[] = [];
    while (args.length < count) {
      next = next >= data.length ? MORE : this.#line(data, next);
      if (next < 0) return undefined;
      const end = next + this.#number;
      if (end + 2 > data.length) return undefined;
      args.push(data.subarray(next, end));
      next = end + 2;
    }
    return { args, end: next };
  }

  /** Begins a request; returns where its first argument's bytes lie, `at` when it is special, or MORE or BROKEN. */
  #begin(data: Buffer, at: number, inspect: boolean): number {
    if (data[at] !== sign.array) return this.#beginInline(data, at, inspect);
    const next = this.#line(data, at);
    if (next < 0) return next;
    const args = this.#number;
    if (args <= 0) return next; // The server answers nothing to it.
    if (next >= data.length) return MORE;
    if (data[next] !== sign.bulk) return BROKEN;
    const name = this.#line(data, next);
    if (name < 0) return name;
    const length = this.#number;
    if (length < 0) return BROKEN;
    if (inspect && length <= LONGEST_NAME) {
      if (name + length > data.length) return MORE;
      this.kind = kindAt(data, name, length);
      if (this.kind !== undefined) return at;
    }
    this.#args = args;
    this.#skip = length + 2;
    return name;
  }

  #walkArguments(data: Buffer, from: number): number {
    let at = from;
    for (;;) {
      if (this.#skip > 0) {
        const left = data.length - at;
        if (left < this.#skip) {
          this.#skip -= left;
          return this.#stopAt("end", data.length);
        }
        at += this.#skip;
        this.#skip = 0;
        this.#args -= 1;
        if (this.#args === 0) return at;
      }
      if (at >= data.length) return this.#stopAt("end", at);
      const next = data[at] === sign.bulk ? this.#line(data, at) : BROKEN;
      if (next < 0 || this.#number < 0) return this.#stopAt(next === MORE ? "more" : "broken", at);
      this.#skip = this.#number + 2;
      at = next;
    }
  }

  /** Reads the number of the line at `at`; returns where the next line begins. */
  #line(data: Buffer, at: number): number {
    let value = 0;
    let next = at + 1;
    const negative = data[next] === sign.error;
    if (negative) next += 1;
    for (; next < data.length; next++) {
      const byte = data[next]!;
      if (byte === CR) {
        this.#number = negative ? -value : value;
        return next + 1 < data.length ? next + 2 : MORE;
      }
      if (byte < 48 || byte > 57 || next - at > LONGEST_LINE) return BROKEN;
      value = value * 10 + byte - 48;
    }
    return MORE;
  }

  #beginInline(data: Buffer, at: number, inspect: boolean): number {
    const end = data.indexOf(LF, at);
    if (end < 0) return data.length - at > LONGEST_INLINE ? BROKEN : MORE;
    const args = splitInline(data.subarray(at, end));
    if (args === undefined) return BROKEN;
    const name = args[0];
    if (name === undefined) return end + 1; // The server answers nothing to an empty line.
    this.kind = inspect ? kindAt(name, 0, name.length) : undefined;
    if (this.kind !== undefined) return at;
    this.passed += 1;
    return end + 1;
  }

  #takeInline(data: Buffer, at: number): TakenRequest | undefined {
    const end = data.indexOf(LF, at);
    return { args: splitInline(data.subarray(at, end)) ?? [], end: end + 1 };
  }

  #stopAt(stop: Stop, at: number): number {
    this.stop = stop;
    return at;
  }
}
