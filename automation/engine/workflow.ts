import { DBOS } from "@dbos-inc/dbos-sdk";
import type { Explanation } from "../errors.ts";
import type { GateStep, SoakStep, Step } from "../step.ts";
import { appendEvent, readEvents } from "./events.ts";
import type { LiveRun } from "./liveRun.ts";
import { perform, undo, type Outcome } from "./perform.ts";
import { getRun, updateRun, type Control, type RunStatus } from "./runs.ts";
import { endStep, getStep, startStep } from "./steps.ts";

/**
 * Message that makes a waiting run look at the store again. It carries nothing: what has been asked and
 * approved is in the store, so a lost or repeated message changes nothing.
 */
export const WAKE = "wake";
const LONGEST_WAIT_S = 30 * 24 * 3600;

/** How a run ended. */
export type Ending = Extract<RunStatus, "completed" | "failed" | "aborted" | "rolled-back">;

/** Drives a run from wherever it stands to an end. The body of the durable workflow. */
export async function drive(live: LiveRun): Promise<Ending> {
  live.faults.arm();
  for (const step of live.steps) {
    for (let done = false; !done;) {
      const outcome = await takeStep(live, step);
      if (outcome.kind === "failed") return await fail(live, step, outcome.error);
      done = outcome.kind === "done";
      if (done) continue;
      const control = await obey(live);
      if (control !== "go on") return await leave(live, control);
    }
  }
  return await end(live, "completed", "Every step has succeeded.");
}

/** Takes the run back by undoing its steps in reverse order. The body of the durable workflow for an ended run. */
export async function leave(live: LiveRun, control: "abort" | "rollback"): Promise<Ending> {
  const errors = await undoAll(live, live.steps, "stop");
  if (errors.length > 0) {
    return await end(live, "failed", undoFailed(errors), {
      ...errors[0]!,
      state: undoFailed(errors),
    });
  }
  return control === "abort"
    ? await end(live, "aborted", "Everything is on the source; what the run had built is gone.")
    : await end(
        live,
        "rolled-back",
        "Everything is on the source again, with what was written since.",
      );
}

async function takeStep(live: LiveRun, step: Step): Promise<Outcome> {
  switch (step.kind) {
    case "work":
      return await DBOS.runStep(() => perform(live, step), { name: step.id });
    case "gate":
      return await atGate(live, step);
    case "soak":
      return await soak(live, step);
  }
}

async function atGate(live: LiveRun, gate: GateStep): Promise<Outcome> {
  const { db, run } = live;
  if (await once(`${gate.id}:passed?`, () => hasSucceeded(live, gate))) return { kind: "done" };
  const started = await once(`${gate.id}:arrive`, async () => {
    await beginWaiting(live, gate);
    await live.faults.at(gate.id, "before");
    await appendEvent(db.pool, run, "gate.waiting", `${gate.id}:waiting`, {
      gate: gate.id,
      asks: gate.asks,
    });
    if (live.params.approve === "all") await approveItself(live, gate);
    // One that was approved while nobody drove the run is open: nobody must see it waiting again.
    else if (!(await isApproved(live, gate)))
      await updateRun(db, run, { status: "waiting", gate: gate.id });
    await live.faults.at(gate.id, "during");
    return Date.now();
  });
  for (;;) {
    if (await once(`${gate.id}:steered?`, () => live.control())) return { kind: "steered" };
    if (await once(`${gate.id}:approved?`, () => isApproved(live, gate))) break;
    await DBOS.recv(WAKE, { timeoutSeconds: LONGEST_WAIT_S });
  }
  await once(`${gate.id}:pass`, async () => {
    await live.faults.at(gate.id, "after");
    await updateRun(db, run, { status: "running", gate: null });
    await endWaiting(live, gate, Date.now() - started);
  });
  return { kind: "done" };
}

async function soak(live: LiveRun, step: SoakStep): Promise<Outcome> {
  const { db, run } = live;
  if (await once(`${step.id}:passed?`, () => hasSucceeded(live, step))) return { kind: "done" };
  const { started, ends } = await once(`${step.id}:begin`, () => beginSoak(live, step));
  for (;;) {
    if (await once(`${step.id}:steered?`, () => live.control())) return { kind: "steered" };
    const left = ends - (await DBOS.now());
    if (left <= 0) break;
    await DBOS.recv(WAKE, { timeoutSeconds: left / 1000 });
  }
  await once(`${step.id}:end`, async () => {
    await live.faults.at(step.id, "after");
    await appendEvent(db.pool, run, "soak.ended", `${step.id}:soak-ended`, { step: step.id });
    await endWaiting(live, step, Date.now() - started);
  });
  return { kind: "done" };
}

/** The end of the soak is fixed when it begins; a resumed run waits for what is left of it. */
async function beginSoak(
  live: LiveRun,
  step: SoakStep,
): Promise<{ started: number; ends: number }> {
  const { db, run } = live;
  await beginWaiting(live, step);
  await live.faults.at(step.id, "before");
  const ms = await step.soakMs({ stack: live.params.stack, environment: live.environment });
  const begun = {
    step: step.id,
    ms,
    started: Date.now(),
    ends: Date.now() + live.clock.compress(ms),
  };
  await appendEvent(db.pool, run, "soak.started", `${step.id}:soak-started`, begun);
  await updateRun(db, run, { progress: { doing: `soaking for ${Math.round(ms / 3_600_000)} h` } });
  await live.faults.at(step.id, "during");
  const events = await readEvents(db, run);
  const first = events.find((event) => event.key === `${step.id}:soak-started`)!;
  return first.data as unknown as { started: number; ends: number };
}

/** Never resolves: the process ends, and the workflow must not be recorded as ended. */
function processEnd(): Promise<never> {
  return new Promise(() => undefined);
}

/** Waits while the run is paused. Says what to do then. */
async function obey(live: LiveRun): Promise<"go on" | "abort" | "rollback"> {
  const { db, run } = live;
  for (;;) {
    if (live.steering.interrupted) await processEnd();
    live.steering.renew();
    const control: Control | null = await once("asked?", () => live.control());
    if (control === null) {
      await once("go on", () => updateRun(db, run, { status: "running" }));
      return "go on";
    }
    if (control !== "pause") return control;
    await once("pause", () => updateRun(db, run, { status: "paused", progress: null }));
    await DBOS.recv(WAKE, { timeoutSeconds: LONGEST_WAIT_S });
  }
}

/** A failure while the service stands still brings it back at once, before anybody is asked. */
async function fail(live: LiveRun, step: Step, error: Explanation): Promise<Ending> {
  const outage = live.steps.filter((other) => other.kind === "work" && other.outage);
  const during = outage.includes(step);
  const errors = during ? await undoAll(live, outage, "go on") : [];
  if (errors.length > 0) {
    const state = undoFailed(errors);
    return await end(live, "failed", `${error.what} ${state}`, { ...error, state });
  }
  const state = during
    ? "The steps that had stopped the service were undone: it runs on the source, nothing is lost."
    : error.state;
  return await end(live, "failed", state, { ...error, state });
}

/** Undoes in reverse. Going back as a whole stops at what fails: what lies below it may still be in use. */
async function undoAll(
  live: LiveRun,
  steps: readonly Step[],
  afterFailure: "stop" | "go on",
): Promise<Explanation[]> {
  live.steering.goBack();
  const errors: Explanation[] = [];
  for (const step of steps.filter((other) => other.kind === "work").toReversed()) {
    const error = await once(`undo ${step.id}`, async () => (await undo(live, step)) ?? null);
    if (error) errors.push(error);
    // Clients must not go back to the source while what they wrote is still on the target alone.
    if (error && (step.movesTraffic || afterFailure === "stop")) break;
  }
  return errors;
}

async function end(
  live: LiveRun,
  status: Ending,
  sentence: string,
  error?: Explanation,
): Promise<Ending> {
  const { db, run } = live;
  await once(`end ${status}`, async () => {
    const { workflow } = await getRun(db, run);
    await appendEvent(db.pool, run, "run.ended", `ended:${workflow}`, { status, sentence });
    await updateRun(db, run, {
      status,
      gate: null,
      control: null,
      progress: null,
      error: error ?? null,
      ended: true,
    });
  });
  return status;
}

function undoFailed(errors: readonly Explanation[]): string {
  const each = errors.map(({ step, what }) => `undoing ${step}: ${what}`);
  return `Going back did not succeed everywhere (${each.join(" ")}), so the service may still stand still.`;
}

async function beginWaiting(live: LiveRun, step: Step): Promise<void> {
  const { db, run } = live;
  const { attempt } = await startStep(db, run, step.id, live.executor);
  await updateRun(db, run, { status: "running", step: step.id, progress: null, error: null });
  await appendEvent(db.pool, run, "step.started", `${step.id}:started:${attempt}`, {
    step: step.id,
    attempt,
  });
}

async function endWaiting(live: LiveRun, step: Step, durationMs: number): Promise<void> {
  const { db, run } = live;
  await endStep(db, run, step.id, { status: "succeeded", durationMs });
  await appendEvent(db.pool, run, "step.succeeded", `${step.id}:succeeded`, {
    step: step.id,
    result: {},
    durationMs,
  });
}

async function hasSucceeded(live: LiveRun, step: Step): Promise<boolean> {
  return (await getStep(live.db, live.run, step.id))?.status === "succeeded";
}

async function isApproved(live: LiveRun, gate: GateStep): Promise<boolean> {
  const events = await readEvents(live.db, live.run);
  return events.some((event) => event.key === approvalKey(gate.id));
}

async function approveItself(live: LiveRun, gate: GateStep): Promise<void> {
  await appendEvent(live.db.pool, live.run, "gate.approved", approvalKey(gate.id), {
    gate: gate.id,
    by: "the rehearsal (--approve all)",
  });
}

export function approvalKey(gate: string): string {
  return `${gate}:approved`;
}

/** A durable side effect or look: recorded once, replayed after a crash. */
async function once<T>(name: string, work: () => Promise<T>): Promise<T> {
  return await DBOS.runStep(work, { name });
}
