const CR = 13;
const [PLUS, MINUS, COLON, DOLLAR] = [43, 45, 58, 36];

/** Takes replies as they are cut. Offsets are into `data`, which is only good during the call. */
export interface FrameSink {
  /** `+OK`; the word lies at `from` to `to`. */
  status(data: Buffer, from: number, to: number): void;
  integer(value: number): void;
  /** `$-1` */
  missing(): void;
  /** A whole bulk reply: `$length\r\n…\r\n` lies at `from` to `to`. */
  bulk(data: Buffer, from: number, to: number, length: number): void;
  /** The beginning of a bulk reply that goes on in later chunks; its parts follow, line ends included. */
  bulkBegin(data: Buffer, from: number, to: number, length: number): void;
  /** More of it; `last` with its end. */
  bulkPart(data: Buffer, from: number, to: number, last: boolean): void;
  error(message: string): void;
}

/**
 * Cuts a stream of flat RESP replies into frames without making objects of them: a value is handed on as the bytes
 * that came, so that a DUMP's reply becomes RESTORE's argument as it is. Arrays are not expected here.
 */
export class FrameCutter {
  readonly #sink: FrameSink;
  /** The beginning of a line whose end has not come yet. */
  #line: Buffer | undefined;
  /** Bytes of the bulk reply under way that are still to come. */
  #missing = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** @throws Error when the bytes are no Redis reply, or what the sink throws. */
  push(chunk: Buffer): void {
    const data = this.#line ? Buffer.concat([this.#line, chunk]) : chunk;
    this.#line = undefined;
    let at = this.#missing > 0 ? this.#goOn(data) : 0;
    while (at < data.length) {
      const lineEnd = data[at] === PLUS ? quickEnd(data, at) : data.indexOf(CR, at + 1);
      if (lineEnd < 0 || lineEnd + 1 >= data.length) {
        this.#line = Buffer.from(data.subarray(at));
        return;
      }
      at = this.#cut(data, at, lineEnd);
    }
  }

  #goOn(data: Buffer): number {
    const to = Math.min(this.#missing, data.length);
    this.#missing -= to;
    this.#sink.bulkPart(data, 0, to, this.#missing === 0);
    return to;
  }

  /** One frame at `at`, whose first line ends at `lineEnd`; returns where the next begins. */
  #cut(data: Buffer, at: number, lineEnd: number): number {
    const next = lineEnd + 2;
    switch (data[at]) {
      case DOLLAR:
        return this.#cutBulk(data, at, next, integerAt(data, at + 1, lineEnd));
      case COLON:
        this.#sink.integer(integerAt(data, at + 1, lineEnd));
        return next;
      case PLUS:
        this.#sink.status(data, at + 1, lineEnd);
        return next;
      case MINUS:
        this.#sink.error(data.toString("utf8", at + 1, lineEnd));
        return next;
      default:
        throw new Error(`not a flat Redis reply: it begins with byte ${data[at]}`);
    }
  }

  #cutBulk(data: Buffer, at: number, begin: number, length: number): number {
    if (length < 0) {
      this.#sink.missing();
      return begin;
    }
    const end = begin + length + 2;
    if (end <= data.length) {
      this.#sink.bulk(data, at, end, length);
      return end;
    }
    this.#missing = end - data.length;
    this.#sink.bulkBegin(data, at, data.length, length);
    return data.length;
  }
}

/** Status lines are a few bytes long: a loop is faster there than a native search. */
function quickEnd(data: Buffer, at: number): number {
  for (let i = at + 1; i < data.length; i++) if (data[i] === CR) return i;
  return -1;
}

function integerAt(data: Buffer, from: number, to: number): number {
  const negative = data[from] === MINUS;
  let value = 0;
  for (let at = negative ? from + 1 : from; at < to; at++) value = value * 10 + (data[at]! - 48);
  return negative ? -value : value;
}
