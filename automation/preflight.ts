import type { RunEnvironment } from "./environment.ts";

/** What is about to be updated, as whom, and who hears of it. */
export interface Subject {
  readonly environment: Pick<RunEnvironment, "env" | "workDir">;
  readonly stack: string;
  /** Tells what could not be looked at, and is no reason to stop. */
  readonly note: (line: string) => void;
}

/**
 * Looks, before the engine starts, at what an update depends on and cannot change: the stack's settings and what the
 * account allows. Changes nothing, and rejects with the reason why the update must not begin.
 */
export type Preflight = (target: string, subject: Subject) => Promise<void>;
