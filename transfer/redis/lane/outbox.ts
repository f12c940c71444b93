const CR = 13;
const LF = 10;
const DOLLAR = 36;
const ZERO = 48;
/** One write of this size costs the kernel and TLS little more than one of a hundred bytes. */
const SIZE = 64 * 1024;
/** Below this a loop is faster than the call of a native copy. */
const SHORT = 96;
/** `$` and an integer's digits and line end, at the most. */
const LONGEST_HEADER = 32;

/** Gathers commands in reusable buffers and sends each when it is full, or on `flush`. */
export class Outbox {
  readonly #send: (bytes: Buffer, sent: () => void) => void;
  readonly #free: Buffer[] = [];
  #buffer: Buffer = Buffer.allocUnsafeSlow(SIZE);
  #at = 0;
  #unsent = 0;

  constructor(send: (bytes: Buffer, sent: () => void) => void) {
    this.#send = send;
  }

  /** Bytes given to the socket that it has not passed on yet. */
  get unsent(): number {
    return this.#unsent;
  }

  /** Bytes as they are: parts of commands, raw frames. */
  raw(data: Uint8Array, from = 0, to = data.length): void {
    if (to - from <= SHORT) {
      if (this.#at + SHORT > SIZE) this.flush();
      const buffer = this.#buffer;
      let at = this.#at;
      for (let i = from; i < to; i++) buffer[at++] = data[i]!;
      this.#at = at;
    } else this.#long(data, from, to);
  }

  /** One argument: `$length\r\n…\r\n`. */
  argument(data: Buffer): void {
    this.#header(data.length);
    this.raw(data);
    this.#lineEnd();
  }

  /** A whole number that is not negative, as an argument. */
  number(value: number): void {
    this.#header(digitsOf(value));
    this.#digits(value);
    this.#lineEnd();
  }

  flush(): void {
    if (this.#at === 0) return;
    const buffer = this.#buffer;
    const length = this.#at;
    this.#unsent += length;
    this.#buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(SIZE);
    this.#at = 0;
    this.#send(buffer.subarray(0, length), () => {
      this.#unsent -= length;
      this.#free.push(buffer);
    });
  }

  #long(data: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to;) {
      if (this.#at === SIZE) this.flush();
      const length = Math.min(to - at, SIZE - this.#at);
      this.#buffer.set(data.subarray(at, at + length), this.#at);
      this.#at += length;
      at += length;
    }
  }

  #header(length: number): void {
    if (this.#at + LONGEST_HEADER > SIZE) this.flush();
    this.#buffer[this.#at++] = DOLLAR;
    this.#digits(length);
    this.#lineEnd();
  }

  #digits(value: number): void {
    if (this.#at + LONGEST_HEADER > SIZE) this.flush();
    const end = this.#at + digitsOf(value);
    let rest = value;
    for (let at = end - 1; at >= this.#at; at--) {
      const tens = Math.floor(rest / 10);
      this.#buffer[at] = ZERO + (rest - tens * 10);
      rest = tens;
    }
    this.#at = end;
  }

  #lineEnd(): void {
    if (this.#at + 2 > SIZE) this.flush();
    this.#buffer[this.#at++] = CR;
    this.#buffer[this.#at++] = LF;
  }
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits += 1;
  return digits;
}
