import { performance } from "node:perf_hooks";
import { explain, type Explanation } from "../errors.ts";
import type { Facts, Progress, StepContext, WorkStep } from "../step.ts";
import { announceEngine } from "./announce.ts";
import { appendEvent } from "./events.ts";
import { endCalls, moverFor } from "./jobs.ts";
import type { LiveRun } from "./liveRun.ts";
import { updateRun } from "./runs.ts";
import { endStep, getResults, getStep, markUndone, saveCheckpoint, startStep } from "./steps.ts";

export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly error: Explanation }
  /** Somebody asked for a pause, an abort or a rollback. */
  | { readonly kind: "steered" };

/**
 * Runs one step: check, run, verify, record. A step that has succeeded before is not run again; one that was
 * interrupted is, and finds its checkpoint.
 */
export async function perform(live: LiveRun, step: WorkStep): Promise<Outcome> {
  const { db, run } = live;
  const before = await getStep(db, run, step.id);
  if (before?.status === "succeeded") return { kind: "done" };
  if (await live.control()) return { kind: "steered" };

  const { attempt, checkpoint } = await startStep(db, run, step.id, live.executor);
  await updateRun(db, run, { status: "running", step: step.id, progress: null, error: null });
  await appendEvent(db.pool, run, "step.started", `${step.id}:started:${attempt}`, {
    step: step.id,
    attempt,
  });
  await live.faults.at(step.id, "before");

  const started = performance.now();
  const durationMs = () => Math.round((performance.now() - started) * 10) / 10;
  try {
    const result = await work(live, step, attempt, checkpoint ?? undefined);
    await live.faults.at(step.id, "after");
    await endStep(db, run, step.id, { status: "succeeded", durationMs: durationMs(), result });
    await appendEvent(db.pool, run, "step.succeeded", `${step.id}:succeeded:${attempt}`, {
      step: step.id,
      result,
      durationMs: durationMs(),
    });
    return { kind: "done" };
  } catch (thrown) {
    if (live.steering.signal.aborted) {
      await endStep(db, run, step.id, { status: "interrupted", durationMs: durationMs() });
      return { kind: "steered" };
    }
    const error = explainStep(run, step.id, thrown);
    await endStep(db, run, step.id, { status: "failed", durationMs: durationMs(), error });
    await appendEvent(db.pool, run, "step.failed", `${step.id}:failed:${attempt}`, {
      step: step.id,
      error: { ...error },
      durationMs: durationMs(),
    });
    return { kind: "failed", error };
  }
}

/** Takes a step's effect back. An error is recorded and returned, never swallowed. */
export async function undo(live: LiveRun, step: WorkStep): Promise<Explanation | undefined> {
  const { db, run } = live;
  const row = await getStep(db, run, step.id);
  if (row === undefined || row.status === "undone") return undefined;
  await updateRun(db, run, { step: step.id, progress: { doing: `undoing ${step.id}` } });
  const started = performance.now();
  try {
    // What is undone must not go on behind the undo's back.
    await endCalls(db, run, step.id, live.clock);
    const ctx = await contextOf(
      live,
      step,
      `${step.id}:undo`,
      row.attempt + 1,
      row.checkpoint ?? undefined,
    );
    await step.undo?.run?.(ctx);
  } catch (thrown) {
    const error = explainStep(run, step.id, thrown);
    await appendEvent(db.pool, run, "step.undo-failed", `${step.id}:undo-failed:${Date.now()}`, {
      step: step.id,
      error: { ...error },
    });
    return error;
  }
  await markUndone(db, run, step.id);
  await appendEvent(db.pool, run, "step.undone", `${step.id}:undone:${row.attempt}`, {
    step: step.id,
    durationMs: Math.round(performance.now() - started),
  });
  return undefined;
}

async function work(
  live: LiveRun,
  step: WorkStep,
  attempt: number,
  checkpoint: Facts | undefined,
): Promise<Facts> {
  const ctx = await contextOf(live, step, step.id, attempt, checkpoint);
  await step.check?.(ctx);
  const result = await step.run(ctx);
  await live.faults.at(step.id, "during");
  const proof = (await step.verify?.(ctx)) ?? {};
  return { ...result, ...proof };
}

async function contextOf(
  live: LiveRun,
  step: WorkStep,
  caller: string,
  attempt: number,
  checkpoint: Facts | undefined,
): Promise<StepContext> {
  const { db, run, runbook, environment } = live;
  const results = await getResults(db, run);
  const during = () => live.faults.at(step.id, "during");
  const progress = (told: Progress) => {
    void updateRun(db, run, { progress: told }).then(during, () => undefined);
  };
  const shared = { run, environment, clock: live.clock, signal: live.steering.signal, progress };
  return {
    ...shared,
    stack: live.params.stack,
    mode: live.params.mode,
    attempt,
    results,
    checkpoint,
    save: async (facts) => {
      await saveCheckpoint(db, run, step.id, facts);
      await during();
    },
    record: async (type, key, facts) => {
      await appendEvent(db.pool, run, type, `${step.id}:${type}:${key}`, {
        step: step.id,
        key,
        ...facts,
      });
    },
    mover: moverFor({
      ...shared,
      db,
      name: caller,
      announce: () => announceEngine({ db, run, runbook, environment, results }),
    }),
  };
}

/** What went wrong in a step; commands in it that name `RUN` get this run's name, ready to be pasted. */
function explainStep(run: string, step: string, thrown: unknown): Explanation {
  const fallback = {
    step,
    state: "What the steps before it reached stays as it is.",
    next: "Mend the cause and use `godwit resume RUN`, or `godwit rollback RUN` to go back.",
  };
  const explanation = explain(thrown, fallback);
  return { ...explanation, next: explanation.next.replaceAll(" RUN", ` ${run}`), step };
}
