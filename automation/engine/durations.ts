import type { Database } from "./database.ts";

/** How long each step took in the last completed run or rehearsal of this runbook and mode. */
export async function lastDurations(
  db: Database,
  runbook: string,
  mode: string,
): Promise<Map<string, number>> {
  const { rows } = await db.pool.query<{ step: string; ms: number }>(
    `select step, duration_ms as ms from godwit.steps where run = (
       select run from godwit.runs where runbook = $1 and mode = $2 and status = 'completed'
       order by ended_at desc limit 1)`,
    [runbook, mode],
  );
  return new Map(rows.map(({ step, ms }) => [step, ms]));
}
