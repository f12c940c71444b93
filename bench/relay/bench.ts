import type { Measurements } from "../figures.ts";

/** How much is measured. */
export interface RelayBenchOptions {
  readonly rounds: number;
  /** Without a pipeline; with one, five times as many. */
  readonly requests: number;
  /** How long the steady rate lasts, after its warm-up. */
  readonly paceSeconds: number;
}

/** What every part of the bench works with. */
export interface RelayBench {
  readonly options: RelayBenchOptions;
  readonly measurements: Measurements;
  /** Says what is being done: a bench takes minutes. */
  tell(what: string): void;
}
