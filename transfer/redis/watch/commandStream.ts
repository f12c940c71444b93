const CR = 13;
/** Longer arguments are values, never names that we need; they pass by without being held. */
const HELD_BYTES = 1024 * 1024;

/** Words of one command; undefined stands for one that was too long to hold. */
export type StreamedCommand = readonly (Buffer | undefined)[];

/** Incremental parser of a replication stream, which is a sequence of commands as RESP arrays. */
export class CommandStream {
  readonly #emit: (command: StreamedCommand) => void;
  #rest: Buffer = Buffer.alloc(0);
  #words: (Buffer | undefined)[] = [];
  #missing = 0;
  /** Bytes of a long argument that are still to come. */
  #passing = 0;
  #consumed = 0;
  #complete = 0;

  constructor(emit: (command: StreamedCommand) => void) {
    this.#emit = emit;
  }

  /** Bytes of the commands that have been emitted, the one being emitted included. */
  get bytes(): number {
    return this.#complete;
  }

  /** Throws when the bytes are no commands. */
  push(chunk: Buffer): void {
    const data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const begin = this.#consumed;
    let at = 0;
    for (;;) {
      const next = this.#passing > 0 ? this.#pass(data, at) : this.#element(data, at);
      if (next === undefined) break;
      this.#consumed = begin + next;
      at = next;
      if (this.#missing === 0 && this.#passing === 0) this.#finish();
    }
    this.#rest = data.subarray(at);
  }

  #pass(data: Buffer, at: number): number | undefined {
    if (at >= data.length) return undefined;
    const passed = Math.min(this.#passing, data.length - at);
    this.#passing -= passed;
    return at + passed;
  }

  /** Takes the header of a command, or one of its words; returns where the next begins. */
  #element(data: Buffer, at: number): number | undefined {
    const lineEnd = data.indexOf(CR, at);
    if (lineEnd < 0 || lineEnd + 1 >= data.length) return undefined;
    const begin = lineEnd + 2;
    const length = Number(data.toString("latin1", at + 1, lineEnd));
    const sign = String.fromCharCode(data[at]!);
    if (sign !== (this.#missing === 0 ? "*" : "$") || !Number.isInteger(length)) {
      throw new Error("the replication stream holds something other than commands");
    }
    if (this.#missing === 0) {
      this.#missing = length;
      return begin;
    }
    if (length > HELD_BYTES) this.#passing = length + 2;
    else if (begin + length + 2 > data.length) return undefined;
    this.#missing -= 1;
    this.#words.push(this.#passing > 0 ? undefined : data.subarray(begin, begin + length));
    return this.#passing > 0 ? begin : begin + length + 2;
  }

  #finish(): void {
    const words = this.#words;
    this.#words = [];
    this.#complete = this.#consumed;
    if (words.length > 0) this.#emit(words);
  }
}
