import { getResults } from "../engine/steps.ts";
import { getRun } from "../engine/runs.ts";
import { exitCodes, type ExitCode } from "../errors.ts";
import { hostOf, loadRunbook, lookingContext, withDatabase, type App } from "./context.ts";

/** Compares a run's source and target again, both ways. Exit code 1 when they differ. */
export async function verify(app: App, runId: string): Promise<ExitCode> {
  return await withDatabase(async (db) => {
    const run = await getRun(db, runId);
    const runbook = await loadRunbook(app, run.runbook);
    const environment = await hostOf(app).environment(run.params);
    const results = await getResults(db, runId);
    const ctx = lookingContext(app.io, environment, run.stack, run.mode, results);
    const verification = await runbook.compare(ctx);
    const { what, source, target, differences } = verification;
    app.io.result(
      { run: runId, verification: [verification] },
      `${what}: ${source} keys on the source, ${target} on the target, ${differences} differences`,
    );
    return exitCodes.done;
  });
}
