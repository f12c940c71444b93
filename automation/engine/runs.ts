import type pg from "pg";
import type { Explanation } from "../errors.ts";
import { refusal, usageError } from "../errors.ts";
import type { Progress } from "../step.ts";
import type { Database } from "./database.ts";

/** `running`, `waiting` (at a gate) and `paused` runs are live; the others have ended. */
export type RunStatus =
  "running" | "waiting" | "paused" | "completed" | "failed" | "aborted" | "rolled-back";
export type Control = "pause" | "abort" | "rollback";

/** What a run was started with. Everything here is written to the engine's database: no secrets. */
export interface RunParams {
  readonly run: string;
  readonly runbook: string;
  readonly version: number;
  readonly mode: string;
  readonly stack: string;
  /** Folder of the twin of a rehearsal; absent for a real run. */
  readonly twin?: string;
  readonly scale?: string;
  readonly keep?: boolean;
  /** `all`: gates of a rehearsal open by themselves. */
  readonly approve: "all" | "ask";
  readonly faults: readonly string[];
  readonly startedBy: string;
  /** Gates need an approver other than whoever started the run. */
  readonly secondApprover: boolean;
}

export interface Run {
  readonly run: string;
  readonly runbook: string;
  readonly version: number;
  readonly mode: string;
  readonly stack: string;
  readonly params: RunParams;
  readonly status: RunStatus;
  readonly step: string | null;
  readonly gate: string | null;
  readonly control: Control | null;
  readonly workflow: string | null;
  readonly executor: string | null;
  readonly startedBy: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly progress: Progress | null;
  readonly error: Explanation | null;
}

const columns = `run, runbook, version, mode, stack, params, status, step, gate, control, workflow, executor,
  started_by as "startedBy", started_at as "startedAt", ended_at as "endedAt", progress, error`;

/** Records a new run; refuses a second live one on the same stack. */
export async function createRun(db: Database, params: RunParams, stackKey: string): Promise<void> {
  try {
    await db.pool.query(
      `insert into godwit.runs (run, runbook, version, mode, stack, stack_key, params, status, started_by)
       values ($1, $2, $3, $4, $5, $6, $7, 'running', $8)`,
      // prettier-ignore
      [params.run, params.runbook, params.version, params.mode, params.stack, stackKey, JSON.stringify(params), params.startedBy],
    );
  } catch (error) {
    if ((error as pg.DatabaseError).constraint !== "one_live_run_per_stack") throw error;
    throw stackInUse(params.stack, (await liveRunOn(db, stackKey)) ?? "another run");
  }
}

/**
 * Refuses where a live run moves the stack already; `createRun` does so too, for two that start together. Where
 * several machines share the database, the stack's name counts: each has the settings in a folder of its own.
 */
export async function refuseStackInUse(
  db: Database,
  stack: string,
  stackKey: string,
): Promise<void> {
  const other =
    (await liveRunOn(db, stackKey)) ?? (db.embedded ? undefined : await realRunOf(db, stack));
  if (other !== undefined) throw stackInUse(stack, other);
}

/** The live run of a stack of this name that is no rehearsal, wherever it was started. */
async function realRunOf(db: Database, stack: string): Promise<string | undefined> {
  const { rows } = await db.pool.query<{ run: string }>(
    `select run from godwit.runs
     where stack = $1 and params ->> 'twin' is null and status in ('running', 'waiting', 'paused')`,
    [stack],
  );
  return rows[0]?.run;
}

async function liveRunOn(db: Database, stackKey: string): Promise<string | undefined> {
  const { rows } = await db.pool.query<{ run: string }>(
    `select run from godwit.runs where stack_key = $1 and status in ('running', 'waiting', 'paused')`,
    [stackKey],
  );
  return rows[0]?.run;
}

/** A live run on the same stack as this one, which then is not live itself. */
export async function otherLiveRun(db: Database, run: string): Promise<string | undefined> {
  const { rows } = await db.pool.query<{ stackKey: string }>(
    `select stack_key as "stackKey" from godwit.runs where run = $1`,
    [run],
  );
  const live = await liveRunOn(db, rows[0]!.stackKey);
  return live === run ? undefined : live;
}

function stackInUse(stack: string, other: string) {
  return refusal(
    "stack-in-use",
    `Stack ${stack} is already being moved by run ${other}.`,
    `Use \`godwit watch ${other}\` to follow it, or \`godwit abort ${other}\` to end it first.`,
  );
}

export async function getRun(db: Database, run: string): Promise<Run> {
  const { rows } = await db.pool.query<Run>(`select ${columns} from godwit.runs where run = $1`, [
    run,
  ]);
  if (rows[0]) return rows[0];
  throw usageError(
    "unknown-run",
    `There is no run ${run} in the engine's database${db.embedded ? " of this GODWIT_HOME" : ""}.`,
    "Use `godwit status` to list the runs. If the database was lost, start the move again: it finds what exists and says what has to go first.",
  );
}

export async function listRuns(db: Database): Promise<Run[]> {
  const { rows } = await db.pool.query<Run>(
    `select ${columns} from godwit.runs order by started_at desc`,
  );
  return rows;
}

/** Changes where a run stands, and tells whoever watches it. */
export async function updateRun(
  db: Database,
  run: string,
  change: Partial<{
    status: RunStatus;
    step: string | null;
    gate: string | null;
    control: Control | null;
    workflow: string;
    executor: string;
    progress: Progress | null;
    error: Explanation | null;
    ended: boolean;
  }>,
): Promise<void> {
  const { ended, ...fields } = change;
  const names = Object.keys(fields);
  const values = Object.values(fields).map((value) =>
    typeof value === "object" && value !== null ? JSON.stringify(value) : value,
  );
  const sets = names.map((name, i) => `${name} = $${i + 2}`);
  if (ended !== undefined) sets.push(`ended_at = ${ended ? "now()" : "null"}`);
  await db.pool.query(
    `with changed as (update godwit.runs set ${sets.join(", ")} where run = $1 returning run)
     select pg_notify('godwit', run) from changed`,
    [run, ...values],
  );
}

/**
 * Makes `executor` the one that drives the run, under a new workflow. False when another process was quicker since
 * the run was read: its workflow is not the one in `run` any more.
 */
export async function claimRun(
  db: Database,
  { run, workflow }: Pick<Run, "run" | "workflow">,
  next: string,
  executor: string | null,
): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `with claimed as (
       update godwit.runs set workflow = $3, executor = $4, status = 'running', ended_at = null
       where run = $1 and workflow is not distinct from $2 returning run)
     select pg_notify('godwit', run) from claimed`,
    [run, workflow, next, executor],
  );
  return rowCount === 1;
}

export function isLive(run: Run): boolean {
  return run.status === "running" || run.status === "waiting" || run.status === "paused";
}
