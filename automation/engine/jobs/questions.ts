import type { Facts } from "../../step.ts";
import type { Database } from "../database.ts";
import type { StoredError } from "./errors.ts";
import { MOVERS_CHANNEL } from "./rows.ts";

/** What a question to a job has come to; all null while it waits for its answer. */
export interface QuestionRow {
  readonly answer: Facts | null;
  readonly error: StoredError | null;
}

/** Puts a question to a job; returns its number. A job answers in the order of the numbers. */
export async function putQuestion(
  db: Database,
  job: string,
  question: string,
  facts: Facts,
): Promise<number> {
  for (;;) {
    const { rows } = await db.pool.query<{ number: number }>(
      `with put as (
         insert into godwit.questions (job, number, question, facts)
         select $1, coalesce(max(number), 0) + 1, $2, $3 from godwit.questions where job = $1
         on conflict do nothing returning job, number)
       select number, pg_notify('${MOVERS_CHANNEL}', job) from put`,
      [job, question, JSON.stringify(facts)],
    );
    if (rows[0]) return rows[0].number;
  }
}

export async function getQuestion(db: Database, job: string, number: number): Promise<QuestionRow> {
  const { rows } = await db.pool.query<QuestionRow>(
    "select answer, error from godwit.questions where job = $1 and number = $2",
    [job, number],
  );
  return rows[0]!;
}

/** Takes back a question whose answer nobody waits for any more. */
export async function withdrawQuestion(db: Database, job: string, number: number): Promise<void> {
  await db.pool.query(
    `delete from godwit.questions
     where job = $1 and number = $2 and answer is null and error is null`,
    [job, number],
  );
}
