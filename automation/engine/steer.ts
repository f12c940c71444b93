import { refusal, usageError } from "../errors.ts";
import type { Runbook, Step } from "../step.ts";
import type { Database } from "./database.ts";
import { wake } from "./engine.ts";
import { appendEvent, readEvents } from "./events.ts";
import { getRun, isLive, updateRun, type Control, type Run } from "./runs.ts";
import { getSteps } from "./steps.ts";
import { approvalKey } from "./workflow.ts";

/** Opens a gate in the name of `by`; refuses a second time, another run's gate, and the starter where two persons are required. */
export async function approve(
  db: Database,
  runbook: Runbook,
  runId: string,
  gate: string,
  by: string,
): Promise<void> {
  const run = await getRun(db, runId);
  const gates = runbook.steps(run.mode).filter((step) => step.kind === "gate");
  if (!gates.some((step) => step.id === gate)) throw unknownGate(run, gate, gates);
  await refuseSecondApproval(db, run, gate);
  if (run.status !== "waiting" || run.gate !== gate) throw notAtGate(run, gate);
  if (run.params.secondApprover && by === run.startedBy) throw sameApprover(run, gate);

  const isNew = await appendEvent(db.pool, runId, "gate.approved", approvalKey(gate), { gate, by });
  if (!isNew) await refuseSecondApproval(db, run, gate);
  await updateRun(db, runId, { status: "running", gate: null });
  await wake(db, runId);
}

/** Asks a live run to pause, abort or roll back. It obeys at the next step boundary, or sooner where it can. */
export async function ask(
  db: Database,
  runId: string,
  control: Control,
  by: string,
): Promise<void> {
  await updateRun(db, runId, { control });
  await appendEvent(db.pool, runId, `run.${control}-asked`, `${control}:${Date.now()}`, { by });
  await wake(db, runId);
}

/** Takes back a pause. */
export async function letGoOn(db: Database, runId: string, by: string): Promise<void> {
  const { control } = await getRun(db, runId);
  if (control === "pause") await updateRun(db, runId, { control: null });
  await appendEvent(db.pool, runId, "run.resumed", `resumed:${Date.now()}`, { by });
  await wake(db, runId);
}

/** Refuses what cannot be asked of this run any more, saying why and what can. */
export async function checkCanLeave(
  db: Database,
  run: Run,
  steps: readonly Step[],
  control: "abort" | "rollback",
): Promise<void> {
  if (run.status === "aborted" || run.status === "rolled-back") {
    throw refusal(
      "already-left",
      `Run ${run.run} is ${run.status} already.`,
      "There is nothing left to undo.",
    );
  }
  const rows = await getSteps(db, run.run);
  const reached = (step: Step) =>
    rows.some((row) => row.step === step.id && row.status !== "undone");
  const final = steps.find((step) => step.kind === "work" && !step.undo && reached(step));
  if (final) throw pastNoReturn(run, final);
  const moved = steps.find((step) => step.kind === "work" && step.movesTraffic && reached(step));
  if (control === "abort" && moved) throw useRollback(run, moved);
}

/** Refuses to pause a run that has ended. */
export function checkCanPause(run: Run): void {
  if (isLive(run)) return;
  throw refusal(
    "run-ended",
    `Run ${run.run} has ended: it is ${run.status}.`,
    "There is nothing to pause.",
  );
}

async function refuseSecondApproval(db: Database, run: Run, gate: string): Promise<void> {
  const events = await readEvents(db, run.run);
  const approval = events.find((event) => event.key === approvalKey(gate));
  if (!approval) return;
  const by = String((approval.data as Record<string, unknown>)["by"]);
  throw refusal(
    "already-approved",
    `Gate ${gate} of run ${run.run} was approved by ${by} at ${approval.at}; an approval counts once.`,
    `Use \`godwit status ${run.run}\` to see where the run stands.`,
  );
}

function unknownGate(run: Run, gate: string, gates: readonly Step[]) {
  return usageError(
    "unknown-gate",
    `Run ${run.run} (${run.runbook}) has no gate ${gate}.`,
    `Its gates: ${gates.map((step) => step.id).join(", ")}.`,
  );
}

function notAtGate(run: Run, gate: string) {
  const where = run.gate
    ? `waits at gate ${run.gate}`
    : `is ${run.status} at step ${run.step ?? "—"}`;
  return refusal(
    "not-at-gate",
    `Run ${run.run} does not wait at gate ${gate}: it ${where}.`,
    "Approve a gate when the run has reached it, so that what you approve is what you saw.",
  );
}

function sameApprover(run: Run, gate: string) {
  return refusal(
    "second-approver",
    `Gate ${gate} of run ${run.run} needs an approver other than ${run.startedBy}, who started the run.`,
    "Ask a colleague to approve it under their own name.",
  );
}

function pastNoReturn(run: Run, step: Step) {
  return refusal(
    "past-no-return",
    `Run ${run.run} is past its point of no return: step ${step.id} has begun and cannot be undone.`,
    `Use \`godwit resume ${run.run}\` to finish it; its final snapshot holds the source as it was.`,
  );
}

function useRollback(run: Run, step: Step) {
  return refusal(
    "traffic-moved",
    `Run ${run.run} has moved the traffic already (step ${step.id}): aborting would leave behind what was written since.`,
    `Use \`godwit rollback ${run.run}\`: it takes those writes back to the source.`,
  );
}
