import type { Explanation } from "../errors.ts";
import type { Facts } from "../step.ts";
import type { Database } from "./database.ts";

/** `undone` steps run again when the run is resumed. */
export type StepStatus = "running" | "succeeded" | "failed" | "interrupted" | "undone";

export interface StepRow {
  readonly step: string;
  readonly status: StepStatus;
  readonly attempt: number;
  /** The process that ran it last; in another process's report the step is `replayed`. */
  readonly executor: string;
  readonly durationMs: number | null;
  readonly result: Facts | null;
  readonly checkpoint: Facts | null;
  readonly error: Explanation | null;
}

const columns = `step, status, attempt, executor, duration_ms as "durationMs", result, checkpoint, error`;

export async function getSteps(db: Database, run: string): Promise<StepRow[]> {
  const { rows } = await db.pool.query<StepRow>(
    `select ${columns} from godwit.steps where run = $1 order by started_at`,
    [run],
  );
  return rows;
}

export async function getStep(
  db: Database,
  run: string,
  step: string,
): Promise<StepRow | undefined> {
  const { rows } = await db.pool.query<StepRow>(
    `select ${columns} from godwit.steps where run = $1 and step = $2`,
    [run, step],
  );
  return rows[0];
}

/** Records that a step starts. Returns the attempt's number and the checkpoint of an interrupted or failed one; undoing ends it. */
export async function startStep(
  db: Database,
  run: string,
  step: string,
  executor: string,
): Promise<Pick<StepRow, "attempt" | "checkpoint">> {
  const { rows } = await db.pool.query<Pick<StepRow, "attempt" | "checkpoint">>(
    `insert into godwit.steps (run, step, status, attempt, executor, started_at)
     values ($1, $2, 'running', 1, $3, clock_timestamp())
     on conflict (run, step) do update set status = 'running', attempt = godwit.steps.attempt + 1,
       executor = excluded.executor, started_at = excluded.started_at, error = null,
       checkpoint = case when godwit.steps.status = 'undone' then null else godwit.steps.checkpoint end
     returning attempt, checkpoint`,
    [run, step, executor],
  );
  return rows[0]!;
}

export async function endStep(
  db: Database,
  run: string,
  step: string,
  end: { status: StepStatus; durationMs: number; result?: Facts; error?: Explanation },
): Promise<void> {
  await db.pool.query(
    `update godwit.steps set status = $3, duration_ms = $4, result = $5, error = $6
     where run = $1 and step = $2`,
    [run, step, end.status, end.durationMs, jsonOrNull(end.result), jsonOrNull(end.error)],
  );
}

export async function markUndone(db: Database, run: string, step: string): Promise<void> {
  await db.pool.query(
    "update godwit.steps set status = 'undone', result = null where run = $1 and step = $2",
    [run, step],
  );
}

export async function saveCheckpoint(
  db: Database,
  run: string,
  step: string,
  checkpoint: Facts,
): Promise<void> {
  await db.pool.query("update godwit.steps set checkpoint = $3 where run = $1 and step = $2", [
    run,
    step,
    JSON.stringify(checkpoint),
  ]);
}

/** Results of the steps that have succeeded, by id. */
export async function getResults(db: Database, run: string): Promise<Record<string, Facts>> {
  const rows = await getSteps(db, run);
  const succeeded = rows.filter((row) => row.status === "succeeded");
  return Object.fromEntries(succeeded.map((row) => [row.step, row.result ?? {}]));
}

function jsonOrNull(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
