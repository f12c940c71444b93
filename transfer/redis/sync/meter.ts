import type { DirtyKey } from "../dirty.ts";

/** Samples of the lag that its percentiles are taken from. */
const SAMPLES = 8_192;
const RATE_OVER_MS = 2_000;

/** Measures how much is copied and how late changes arrive. */
export class Meter {
  readonly #lags = new Float64Array(SAMPLES);
  #samples = 0;
  #tailed = 0;
  #bulk = 0;
  readonly #marks: { readonly at: number; readonly keys: number }[] = [];

  /** Changed keys that were copied. */
  get keysTailed(): number {
    return this.#tailed;
  }

  /** All keys copied by this process. */
  get keys(): number {
    return this.#tailed + this.#bulk;
  }

  /** These changes have been acknowledged by the target now. */
  tailed(keys: readonly DirtyKey[]): void {
    const now = performance.now();
    for (const { since } of keys) this.#lags[this.#samples++ % SAMPLES] = now - since;
    this.#tailed += keys.length;
  }

  scanned(keys: number): void {
    this.#bulk += keys;
  }

  /** 99th percentile of the time from hearing of a change to its acknowledgement, of the last 8192, in ms. */
  lagP99(): number {
    const count = Math.min(this.#samples, SAMPLES);
    if (count === 0) return 0;
    const sorted = this.#lags.slice(0, count).sort();
    return sorted[Math.floor(count * 0.99)]!;
  }

  /** Keys a second, over the last two. */
  rate(): number {
    const now = performance.now();
    this.#marks.push({ at: now, keys: this.keys });
    while (this.#marks.length > 2 && now - this.#marks[1]!.at > RATE_OVER_MS) this.#marks.shift();
    const first = this.#marks[0]!;
    const seconds = (now - first.at) / 1000;
    return seconds > 0 ? (this.keys - first.keys) / seconds : 0;
  }
}
