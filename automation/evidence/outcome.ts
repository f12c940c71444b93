import { duration } from "./format.ts";
import type { StepRecord, StepStatus } from "./steps.ts";
import type { Tone } from "./verdict.ts";

const TONES: Readonly<Record<StepStatus, Tone | "none">> = {
  succeeded: "good",
  failed: "bad",
  undone: "warn",
  "undo-failed": "bad",
  running: "open",
  waiting: "open",
  "not-run": "none",
};

/** What became of a step, in a word or two; `none` is the tone of what has not begun. */
export function outcomeOf({ kind, status }: StepRecord): { words: string; tone: Tone | "none" } {
  const tone = TONES[status];
  if (status === "succeeded" && kind === "gate") return { words: "approved", tone };
  if (status === "succeeded" && kind === "soak") return { words: "passed", tone };
  return { words: status.replace("-", " "), tone };
}

/** How long a step took; of a soak also how long it stands for, where a rehearsal made it shorter. */
export function timeOf({ kind, durationMs, soakMs = 0 }: StepRecord): string {
  if (durationMs === undefined) return "";
  if (kind === "work") return duration(durationMs);
  const compressed = soakMs > 2 * durationMs ? ` in place of ${duration(soakMs)}` : "";
  return `waited ${duration(durationMs)}${compressed}`;
}
