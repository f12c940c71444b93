import { randomBytes } from "node:crypto";
import type { Database } from "../engine/database.ts";
import { announceEngine } from "../engine/announce.ts";
import { moverFor } from "../engine/jobs.ts";
import { getRun, type Run } from "../engine/runs.ts";
import { getResults } from "../engine/steps.ts";
import { exitCodes, type ExitCode } from "../errors.ts";
import type { Runbook, StepContext } from "../step.ts";
import { hostOf, loadRunbook, lookingContext, withDatabase, type App } from "./context.ts";

/** Compares a run's source and target again, both ways. Exit code 1 when they differ. */
export async function verify(app: App, runId: string): Promise<ExitCode> {
  return await withDatabase(async (db) => {
    const run = await getRun(db, runId);
    const runbook = await loadRunbook(app, run.runbook);
    const verification = await runbook.compare(await contextOf(app, db, run, runbook));
    const { what, source, target, differences } = verification;
    app.io.result(
      { run: runId, verification: [verification] },
      `${what}: ${source} keys on the source, ${target} on the target, ${differences} differences`,
    );
    return exitCodes.done;
  });
}

/** As the run's own steps have it, but nothing is recorded. */
async function contextOf(
  app: App,
  db: Database,
  { run, stack, mode, params }: Run,
  runbook: Runbook,
): Promise<StepContext> {
  const environment = await hostOf(app).environment(params);
  const results = await getResults(db, run);
  const looking = { ...lookingContext(app.io, environment, stack, mode), run, results };
  const mover = moverFor({
    ...looking,
    db,
    // Of its own, so that it never takes another command's job for its own.
    name: `verify-${randomBytes(4).toString("hex")}`,
    announce: () => announceEngine({ db, run, runbook, environment, results }),
  });
  return { ...looking, mover };
}
