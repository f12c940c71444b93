import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import type { Latency, ProbeFigures } from "./messages.ts";

const NOTABLE_STALL_MS = 100;
const STALLS_KEPT = 20;

/** Latencies in a histogram exact to three figures. */
export class LatencyMeter {
  readonly #histogram: RecordableHistogram = createHistogram({ figures: 3 });

  record(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * 1_000)));
  }

  figures(): Latency {
    const at = (percentile: number) => this.#histogram.percentile(percentile) / 1_000;
    const empty = this.#histogram.count === 0;
    const maxMs = empty ? 0 : this.#histogram.max / 1_000;
    return { p50Ms: at(50), p99Ms: at(99), p999Ms: at(99.9), maxMs };
  }
}

/** How often something happened, by kind. */
export class Tally {
  readonly #counts = new Map<string, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(kind: string): void {
    this.#total++;
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  byKind(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}

/** Successes and errors of one probe, and the longest time without a success. */
export class StallMeter {
  readonly #latency = new LatencyMeter();
  readonly #errors = new Tally();
  #stalls: { from: string; ms: number }[] = [];
  #successes = 0;
  #longestMs = 0;
  #lastSuccess = performance.now();

  success(latencyMs: number): void {
    this.#closeGap(performance.now());
    this.#successes++;
    this.#latency.record(latencyMs);
  }

  error(kind: string): void {
    this.#errors.add(kind);
  }

  /** The figures up to now; a stall that has not ended counts as far as it goes. */
  figures(): ProbeFigures {
    this.#closeGap(performance.now());
    return {
      successes: this.#successes,
      errors: this.#errors.total,
      errorsByKind: this.#errors.byKind(),
      longestStallMs: Math.round(this.#longestMs),
      stalls: this.#stalls,
      latency: this.#latency.figures(),
    };
  }

  #closeGap(now: number): void {
    const ms = now - this.#lastSuccess;
    this.#lastSuccess = now;
    this.#longestMs = Math.max(this.#longestMs, ms);
    if (ms < NOTABLE_STALL_MS) return;
    const from = new Date(Date.now() - ms).toISOString();
    this.#stalls = [...this.#stalls, { from, ms: Math.round(ms) }]
      .sort((a, b) => b.ms - a.ms)
      .slice(0, STALLS_KEPT);
  }
}
