import { seededRandom } from "../traffic/random.ts";

const POOL_BYTES = 1 << 16;
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Random data that is the same for the same seed. Values are cut out of a pool: a million of them take a second. */
export class Random {
  /** In [0, 1). */
  readonly next: () => number;
  readonly #bytes: Buffer;
  readonly #text: string;

  constructor(seed: number) {
    this.next = seededRandom(seed);
    this.#bytes = Buffer.from(Array.from({ length: POOL_BYTES }, () => this.between(0, 255)));
    this.#text = Array.from(this.#bytes, (byte) => LETTERS[byte % LETTERS.length]).join("");
  }

  /** A whole number in [from, to]. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** At most 64 KiB. */
  bytes(length: number): Buffer {
    const from = this.between(0, POOL_BYTES - length);
    return this.#bytes.subarray(from, from + length);
  }

  /** Letters and digits, at most 64 Ki of them. */
  text(length: number): string {
    const from = this.between(0, POOL_BYTES - length);
    return this.#text.slice(from, from + length);
  }
}
