import type { Facts, Progress } from "../../step.ts";
import type { Database } from "../database.ts";
import type { StoredError } from "./errors.ts";
import { held } from "../locks.ts";

/** Channel on which the database tells whoever waits for a job that it has changed; the message is the job's id. */
export const JOBS_CHANNEL = "godwit_jobs";
/** Channel on which the database tells movers that there is something to do. */
export const MOVERS_CHANNEL = "godwit_movers";
/** Message on the movers' channel: the secret has been written. */
export const ANNOUNCED = "announced";

export type JobStatus = "queued" | "running" | "succeeded" | "failed" | "stopped";

/** Which work of a run: at most one job in flight has the same. */
export interface JobKey {
  readonly run: string;
  readonly name: string;
  /** The execution that waits for the result; empty for a job that goes on by itself. */
  readonly caller: string;
  /** Number of the call among the execution's calls of this name; 0 for a job that goes on by itself. */
  readonly call: number;
}

/** A job as the driver sees it. */
export interface JobRow {
  readonly job: string;
  readonly status: JobStatus;
  /** Whether the mover that executes it lives. */
  readonly attended: boolean;
  readonly stopRequested: boolean;
  readonly progress: Progress | null;
  readonly state: Facts | null;
  readonly result: Facts | null;
  readonly error: StoredError | null;
}

const columns = `job, status, status = 'running' and ${held("executor")} as attended,
  stop_requested as "stopRequested", progress, state, result, error`;
const inFlight = "status in ('queued', 'running')";

export function isInFlight({ status }: JobRow): boolean {
  return status === "queued" || status === "running";
}

export async function getJob(db: Database, job: string): Promise<JobRow> {
  const { rows } = await db.pool.query<JobRow>(
    `select ${columns} from godwit.jobs where job = $1`,
    [job],
  );
  return rows[0]!;
}

/** The newest of a run's jobs of this name that goes on by itself. */
export async function startedJob(
  db: Database,
  run: string,
  name: string,
): Promise<JobRow | undefined> {
  const { rows } = await db.pool.query<JobRow>(
    `select ${columns} from godwit.jobs where run = $1 and name = $2 and caller = ''
     order by created_at desc limit 1`,
    [run, name],
  );
  return rows[0];
}

/** The job in flight with this key, and whether it is the one that these parameters ask for. */
export async function jobInFlight(
  db: Database,
  { run, name, caller, call }: JobKey,
  params: Facts,
): Promise<(JobRow & { readonly same: boolean }) | undefined> {
  const { rows } = await db.pool.query<JobRow & { same: boolean }>(
    `select ${columns}, params::jsonb = $5::jsonb as same from godwit.jobs
     where run = $1 and name = $2 and caller = $3 and call = $4 and ${inFlight}`,
    [run, name, caller, call, JSON.stringify(params)],
  );
  return rows[0];
}

/** The jobs in flight whose results an execution waits, or waited, for. */
export async function callsInFlight(db: Database, run: string, caller: string): Promise<JobRow[]> {
  const { rows } = await db.pool.query<JobRow>(
    `select ${columns} from godwit.jobs where run = $1 and caller = $2 and ${inFlight}`,
    [run, caller],
  );
  return rows;
}

/**
 * Queues a job; undefined when one with the same key, or the same number, was quicker. A job that goes on by itself
 * takes up the checkpoint of its predecessor if that one failed with the same parameters.
 */
export async function queueJob(
  db: Database,
  key: JobKey,
  params: Facts,
  clockFactor: number,
): Promise<string | undefined> {
  const { run, name, caller, call } = key;
  const { rows } = await db.pool.query<{ job: string }>(
    `with before as (
       select status, params, checkpoint from godwit.jobs
       where run = $1 and name = $2 and caller = '' order by created_at desc limit 1),
     queued as (
       insert into godwit.jobs (job, run, name, caller, call, params, clock_factor, checkpoint)
       select $1 || ':' || $2 || '-' || (count(*) + 1), $1, $2, $3, $4, $5::json, $6,
         (select checkpoint from before where $3 = '' and status = 'failed' and params::jsonb = $5::json::jsonb)
       from godwit.jobs where run = $1 and name = $2
       on conflict do nothing returning job)
     select job, pg_notify('${MOVERS_CHANNEL}', job) from queued`,
    [run, name, caller, call, JSON.stringify(params), clockFactor],
  );
  return rows[0]?.job;
}

/** Tells whoever executes a job to end it. */
export async function requestStop(db: Database, job: string): Promise<void> {
  await db.pool.query(
    `with changed as (
       update godwit.jobs set stop_requested = true where job = $1 and ${inFlight} returning job)
     select pg_notify('${MOVERS_CHANNEL}', job) from changed`,
    [job],
  );
}

/** Ends a job that no living mover executes, so that none takes it up, nor goes on with it when it is back. */
export async function withdrawJob(db: Database, job: string): Promise<void> {
  await db.pool.query(
    `with changed as (
       update godwit.jobs set status = 'stopped', attempt = attempt + 1, updated_at = clock_timestamp()
       where job = $1 and (status = 'queued' or (status = 'running' and not ${held("executor")}))
       returning job)
     select pg_notify('${JOBS_CHANNEL}', job), pg_notify('${MOVERS_CHANNEL}', job) from changed`,
    [job],
  );
}
