import type { Kind, Measurements } from "../figures.ts";
import type { ServerPark } from "./servers.ts";

/** What can be measured apart. */
export const PARTS = ["copy", "tail", "verification", "losses"] as const;
export type Part = (typeof PARTS)[number];

/** How much is measured. */
export interface BenchOptions {
  readonly parts: readonly Part[];
  readonly keys: number;
  readonly rounds: number;
  /** How long clients write while the tail is measured. */
  readonly tailSeconds: number;
  /** 5 million keys too. */
  readonly full: boolean;
}

/** What every part of the bench works with. */
export interface Bench {
  readonly options: BenchOptions;
  readonly park: ServerPark;
  readonly measurements: Measurements;
  /** Says what is being done: a bench takes minutes. */
  tell(what: string): void;
}

export const more = (figure: string, unit: string): Kind => ({ figure, unit, better: "more" });
export const less = (figure: string, unit: string): Kind => ({ figure, unit, better: "less" });
