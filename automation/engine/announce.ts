import type { RunEnvironment } from "../environment.ts";
import { refusal } from "../errors.ts";
import type { Facts, Runbook } from "../step.ts";
import type { Database } from "./database.ts";
import { ANNOUNCED, MOVERS_CHANNEL } from "./jobs/rows.ts";
import { otherLiveRun } from "./runs.ts";

export interface Announcement {
  readonly db: Database;
  readonly run: string;
  readonly runbook: Runbook;
  readonly environment: RunEnvironment;
  readonly results: Readonly<Record<string, Facts>>;
}

/** Variable with the ARN of the engine's secret, on a mover itself. */
export const ENGINE_SECRET = "GODWIT_ENGINE_SECRET";

type Env = RunEnvironment["env"];

/** What this process has announced, by secret and run. */
const announced = new Map<string, Promise<void>>();

/**
 * Tells the run's mover where its engine is, once a process. Refuses where the mover could not reach it, where the
 * run has not built its mover yet, and where the mover works for another run. A mover of a runbook without
 * `engineSecret` has to be told otherwise.
 */
export async function announceEngine(announcement: Announcement): Promise<void> {
  const { db, run, runbook, environment, results } = announcement;
  if (!runbook.engineSecret) return;
  const arn = runbook.engineSecret(results);
  if (arn === undefined) throw notBuilt(run);
  if (db.embedded && !isNear(environment.env, arn)) throw outOfReach();
  const other = await otherLiveRun(db, run);
  if (other !== undefined) throw busy(other);
  const key = `${arn} ${run}`;
  const done = announced.get(key) ?? tell(db, run, arn, environment.env);
  announced.set(key, done);
  await done.catch((error: unknown) => {
    announced.delete(key);
    throw error;
  });
}

/** Refuses a run whose mover will not reach the engine's database, before anything is built. */
export function refuseEngineOutOfReach(
  db: Database,
  runbook: Runbook,
  { env }: RunEnvironment,
): void {
  if (runbook.engineSecret && db.embedded && !isNear(env)) throw outOfReach();
}

/** Whether the mover and this process are on one machine: in a rehearsal, and on a mover itself. */
function isNear(env: Env, arn = env[ENGINE_SECRET]): boolean {
  return env["GODWIT_TWIN"] !== undefined || (arn !== undefined && env[ENGINE_SECRET] === arn);
}

async function tell(db: Database, run: string, arn: string, env: Env): Promise<void> {
  // Loaded when it is used: most commands that know runs need no cloud SDK.
  const { EngineSecret } = await import("./engineSecret.ts");
  const secret = new EngineSecret(arn, env);
  try {
    if (!(await secret.write({ database: db.url, run }))) return;
    await db.pool.query("select pg_notify($1, $2)", [MOVERS_CHANNEL, ANNOUNCED]);
  } finally {
    secret.close();
  }
}

function notBuilt(run: string) {
  return refusal(
    "no-mover",
    `Run ${run} has not built its mover yet.`,
    "Use the mover in steps after the one that builds it.",
  );
}

function busy(other: string) {
  return refusal(
    "mover-busy",
    `The mover of this stack works for run ${other}, which is live.`,
    `Wait until it has ended: \`godwit watch ${other}\`.`,
  );
}

function outOfReach() {
  return refusal(
    "engine-out-of-reach",
    "The mover cannot reach the engine's database, which is on this machine only.",
    "Name a Postgres that both reach in GODWIT_DATABASE_URL, or use `godwit run` on the mover itself, through Session Manager.",
    "Nothing was moved.",
  );
}
