import { Nesting } from "../nesting.ts";
import { RedisError } from "../parser.ts";

/** A value of RESP2 or RESP3. Maps and sets are flat arrays, doubles and big numbers their text. */
export type Value = Buffer | number | boolean | null | RedisError | Value[];

const CR = 13;

/**
 * Incremental parser of both protocols, for connections on which messages come unasked. Pushes are arrays like any
 * other. Values are slices of what was pushed in, so they must not be kept for long.
 */
export class MessageParser {
  readonly #nesting: Nesting<Value>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(emit: (value: Value) => void) {
    this.#nesting = new Nesting(emit);
  }

  /** Throws when the bytes are not the protocol's. */
  push(chunk: Buffer): void {
    const data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    for (;;) {
      const next = this.#element(data, at);
      if (next === undefined) break;
      at = next;
    }
    this.#rest = data.subarray(at);
  }

  /**
   * Takes one element that begins at `at`; returns where the next begins, or undefined if it is not yet all there.
   */
  #element(data: Buffer, at: number): number | undefined {
    const lineEnd = data.indexOf(CR, at);
    if (lineEnd < 0 || lineEnd + 1 >= data.length) return undefined;
    const next = lineEnd + 2;
    const sign = String.fromCharCode(data[at]!);
    const text = data.toString("latin1", at + 1, lineEnd);
    switch (sign) {
      case "$":
      case "=":
      case "!":
        return this.#bulk(data, next, Number(text), sign);
      case "*":
      case ">":
      case "~":
        this.#nesting.array(Number(text));
        return next;
      case "%":
        this.#nesting.array(2 * Number(text));
        return next;
      default:
        this.#nesting.deliver(scalar(sign, text));
        return next;
    }
  }

  #bulk(data: Buffer, begin: number, length: number, sign: string): number | undefined {
    if (length < 0) {
      this.#nesting.deliver(null);
      return begin;
    }
    const end = begin + length;
    if (end + 2 > data.length) return undefined;
    const value = data.subarray(begin, end);
    this.#nesting.deliver(sign === "!" ? new RedisError(value.toString()) : value);
    return end + 2;
  }
}

function scalar(sign: string, text: string): Value {
  switch (sign) {
    case ":":
      return Number(text);
    case "+":
    case ",":
    case "(":
      return Buffer.from(text, "latin1");
    case "-":
      return new RedisError(text);
    case "_":
      return null;
    case "#":
      return text === "t";
    default:
      throw new Error(`not a Redis message: it begins with ${JSON.stringify(sign)}`);
  }
}
