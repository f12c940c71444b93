import { setTimeout as delay } from "node:timers/promises";
import { failure } from "../automation/errors.ts";
import type { Progress, StepContext } from "../automation/step.ts";

export interface Wait {
  /** What is waited for, for the progress line and the error: "snapshot x to be available". */
  readonly what: string;
  /** Longest wait on the runbook's clock, in ms. */
  readonly deadlineMs: number;
  /** Time between two looks on the runbook's clock, in ms. */
  readonly everyMs?: number;
  /** The error of a wait that was too long, with what was seen last. */
  tooLate?(seen: string): Error;
}

const MINUTE_MS = 60_000;
const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Looks until `look` gives something, and returns that. Rejects at the deadline with what was seen last, or at
 * once when the run lets the step go.
 */
export async function waitFor<T>(
  ctx: StepContext,
  wait: Wait,
  look: () => Promise<{ done: T } | { seen: string; progress?: Progress }>,
): Promise<T> {
  const { what, deadlineMs, everyMs = LONGEST_PAUSE_MS } = wait;
  const deadline = Date.now() + ctx.clock.deadline(deadlineMs);
  const pause = Math.max(SHORTEST_PAUSE_MS, ctx.clock.compress(everyMs));
  for (;;) {
    const found = await look();
    if ("done" in found) return found.done;
    if (Date.now() >= deadline) throw wait.tooLate?.(found.seen) ?? tooLate(wait, found.seen);
    ctx.progress(found.progress ?? { doing: `waiting for ${what}: ${found.seen}` });
    await delay(pause, undefined, { signal: ctx.signal });
  }
}

function tooLate({ what, deadlineMs }: Wait, seen: string) {
  return failure(
    "deadline",
    `Waited ${Math.round(deadlineMs / MINUTE_MS)} min for ${what}; last seen: ${seen}.`,
    "",
    "",
  );
}
