import { randomBytes } from "node:crypto";
import type { Database } from "../engine/database.ts";
import { appendEvent } from "../engine/events.ts";
import type { RunParams } from "../engine/runs.ts";
import { policyFacts } from "../evidence/policy.ts";
import type { PolicyReport } from "../policyPack.ts";
import type { Json, Runbook, Step } from "../step.ts";

/** A run's name: the day and six random digits, short enough to type. */
export function newRunId(): string {
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  return `${day}-${randomBytes(3).toString("hex")}`;
}

/** The first event of the evidence: what was going to be done, as it was planned. */
export async function startEvent(db: Database, params: RunParams, runbook: Runbook): Promise<void> {
  await appendEvent(db.pool, params.run, "run.started", "started", {
    runbook: params.runbook,
    title: runbook.title,
    version: params.version,
    mode: params.mode,
    stack: params.stack,
    startedBy: params.startedBy,
    rehearsal: params.twin !== undefined,
    scale: params.scale,
    plan: runbook.steps(params.mode).map(planned),
  });
}

/** What the policy says of the stack as the run finds it, with every waiver. */
export async function policyEvent(db: Database, run: string, report: PolicyReport): Promise<void> {
  await appendEvent(db.pool, run, "policy", "policy", policyFacts(report));
}

function planned(step: Step): Json {
  const { id, title, kind, effect, expectedMs } = step;
  const undo = step.kind === "work" ? (step.undo?.title ?? "irreversible") : "nothing to undo";
  return { id, title, kind, effect, undo, expectedMs };
}
