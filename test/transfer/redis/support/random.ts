/** Random numbers that a seed repeats (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }
}

/** The seed to use: `GODWIT_SEED`, or one that nobody has used. It is printed, so that a failure can be repeated. */
export function seedFor(test: string): number {
  const seed = Number(process.env["GODWIT_SEED"] ?? Date.now() % 2 ** 31);
  console.log(`      ${test}: GODWIT_SEED=${seed}`);
  return seed;
}
