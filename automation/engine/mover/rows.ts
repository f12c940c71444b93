import type { Facts } from "../../step.ts";
import { JOBS_CHANNEL, MOVERS_CHANNEL } from "../jobs/rows.ts";
import { held, type Queryable } from "../locks.ts";

/** A job as the mover gets it. */
export interface ClaimedJob {
  readonly job: string;
  readonly name: string;
  readonly params: Facts;
  readonly clockFactor: number;
  readonly attempt: number;
  readonly checkpoint: Facts | null;
  readonly stopRequested: boolean;
}

/** How a job that a mover executes stands in the database. */
export interface Standing {
  readonly job: string;
  readonly attempt: number;
  readonly stopRequested: boolean;
}

export interface PutQuestion {
  readonly job: string;
  readonly number: number;
  readonly question: string;
  readonly facts: Facts;
}

/**
 * Takes a run's jobs that nobody executes: those queued, those of movers that have died, and those that this mover
 * holds by name but not in memory (`mine`), because the database was lost between the claim and its answer.
 */
export async function claimJobs(
  db: Queryable,
  run: string,
  executor: string,
  mine: readonly string[],
): Promise<ClaimedJob[]> {
  const { rows } = await db.query<ClaimedJob>(
    `with free as (
       select job from godwit.jobs where run = $1 and not job = any($3) and (
         status = 'queued' or (status = 'running' and (executor = $2 or not ${held("executor")})))
       order by created_at for update skip locked),
     claimed as (
       update godwit.jobs set status = 'running', attempt = attempt + 1, executor = $2,
         updated_at = clock_timestamp()
       where job in (select job from free)
       returning job, name, params, clock_factor, attempt, checkpoint, stop_requested)
     select job, name, params, clock_factor as "clockFactor", attempt, checkpoint,
       stop_requested as "stopRequested", pg_notify('${JOBS_CHANNEL}', job),
       pg_notify('${MOVERS_CHANNEL}', job) from claimed`,
    [run, executor, mine],
  );
  return rows;
}

export async function standings(db: Queryable, jobs: readonly string[]): Promise<Standing[]> {
  const { rows } = await db.query<Standing>(
    `select job, attempt, stop_requested as "stopRequested" from godwit.jobs where job = any($1)`,
    [jobs],
  );
  return rows;
}

/** Questions that wait for an answer, in their order. */
export async function openQuestions(
  db: Queryable,
  jobs: readonly string[],
): Promise<PutQuestion[]> {
  const { rows } = await db.query<PutQuestion>(
    `select job, number, question, facts from godwit.questions
     where job = any($1) and answer is null and error is null order by job, number`,
    [jobs],
  );
  return rows;
}

/** Answers a question, with JSON, under the job's fence. */
export async function answerQuestion(
  db: Queryable,
  { job, number }: PutQuestion,
  attempt: number,
  found: { readonly answer: string } | { readonly error: string },
): Promise<void> {
  await db.query(
    `with answered as (
       update godwit.questions q set answer = $4, error = $5 from godwit.jobs j
       where j.job = q.job and j.attempt = $3 and q.job = $1 and q.number = $2 returning q.job)
     select pg_notify('${JOBS_CHANNEL}', job) from answered`,
    [
      job,
      number,
      attempt,
      "answer" in found ? found.answer : null,
      "error" in found ? found.error : null,
    ],
  );
}
