import { seededRandom } from "../traffic/random.ts";

/** Random data that is the same for the same seed. */
export class Random {
  /** In [0, 1). */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  /** A whole number in [from, to]. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.between(0, 255)));
  }

  /** Letters and digits, as text that compresses about as real values do. */
  text(length: number): string {
    let text = "";
    while (text.length < length) text += this.next().toString(36).slice(2);
    return text.slice(0, length);
  }
}
