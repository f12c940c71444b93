import type { Database } from "../engine/database.ts";
import { appendEvent, readEvents } from "../engine/events.ts";
import {
  isArmed,
  ROLLBACK_NOTED,
  rollbackIn,
  rollbackOf,
  type Rollback,
} from "../evidence/rollback.ts";
import { recordSteps } from "../evidence/steps.ts";
import type { Facts } from "../step.ts";

interface JobRow {
  readonly status: string;
  readonly state: Facts | null;
  readonly error: { readonly what?: string } | null;
  readonly updatedAt: Date;
}

/**
 * Whether a rollback of a run would keep every write, as the job that carries them back last told; undefined where
 * none does, and where there is no way back any more.
 */
export async function wayBackOf(db: Database, run: string): Promise<Rollback | undefined> {
  const events = await readEvents(db, run);
  if (events.length === 0 || !isArmed(events, recordSteps(events))) return undefined;
  const { rows } = await db.pool.query<JobRow>(
    `select status, state, error, updated_at as "updatedAt" from godwit.jobs
     where run = $1 and caller = '' and state -> 'rollback' is not null
     order by created_at desc limit 1`,
    [run],
  );
  return rows[0] && toldBy(rows[0]);
}

/** A job that has failed carries nothing back until it is started again. */
function toldBy({ status, state, error, updatedAt }: JobRow): Rollback | undefined {
  const told = rollbackIn(state ?? {});
  if (status !== "failed" || !told?.lossless) return told;
  const because = `the tail has failed: ${error?.what ?? "it gives no reason"}`;
  return { lossless: false, since: updatedAt.toISOString(), because: because.replace(/\.$/, "") };
}

/** Puts it into the run's evidence, if it differs from what stands there. */
export async function noteWayBack(db: Database, run: string): Promise<void> {
  const told = await wayBackOf(db, run);
  if (!told) return;
  const events = await readEvents(db, run);
  const noted = rollbackOf(events, recordSteps(events));
  if (JSON.stringify(noted) === JSON.stringify(told)) return;
  const facts = { rollback: { ...told } };
  await appendEvent(db.pool, run, ROLLBACK_NOTED, `${ROLLBACK_NOTED}:${events.length}`, facts);
}
