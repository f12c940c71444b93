import type { RunEnvironment } from "./environment.ts";

/** What is about to be updated, and as whom. */
export interface Subject {
  readonly environment: Pick<RunEnvironment, "env" | "workDir">;
  readonly stack: string;
}

/**
 * Looks, before the engine starts, at what an update depends on and cannot change: the stack's settings and what the
 * account allows. Changes nothing, and rejects with the reason why the update must not begin.
 */
export type Preflight = (target: string, subject: Subject) => Promise<void>;
