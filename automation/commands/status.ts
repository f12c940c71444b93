import { isLive, listRuns, getRun, type Run } from "../engine/runs.ts";
import { isDriven } from "../engine/engine.ts";
import type { Database } from "../engine/database.ts";
import { exitCodes, type ExitCode } from "../errors.ts";
import { withDatabase, type App } from "./context.ts";
import { execute } from "./execute.ts";
import { followRun } from "../engine/follow.ts";

/** Where one run, or every run, stands. */
export async function status(app: App, runId: string | undefined): Promise<ExitCode> {
  return await withDatabase(async (db) => {
    const runs = runId ? [await getRun(db, runId)] : await listRuns(db);
    const lines = await Promise.all(runs.map((run) => statusLine(db, run)));
    const documents = runs.map(({ run, runbook, status: state, step, gate }) => ({
      run,
      runbook,
      status: state,
      step,
      gate,
    }));
    app.io.result({ runs: documents }, lines.length > 0 ? lines.join("\n") : "No runs yet.");
    return exitCodes.done;
  });
}

/** Tells what happens in a run that somebody else drives, until it rests. */
export async function watch(app: App, runId: string): Promise<ExitCode> {
  return await withDatabase(async (db) => {
    const run = await getRun(db, runId);
    if (isLive(run) && (await isDriven(db, run.executor)))
      return await execute(app, db, runId, "drive");
    await followRun(db, runId, app.io, () => true);
    app.io.result(
      {
        runs: [
          {
            run: run.run,
            runbook: run.runbook,
            status: run.status,
            step: run.step,
            gate: run.gate,
          },
        ],
      },
      await statusLine(db, run),
    );
    return exitCodes.done;
  });
}

async function statusLine(db: Database, run: Run): Promise<string> {
  const where = run.gate ? `at gate ${run.gate}` : (run.step ?? "");
  const orphan = run.status === "running" && !(await isDriven(db, run.executor));
  const advice = orphan ? `  its driver is gone: godwit resume ${run.run}` : "";
  return `${run.run}  ${run.runbook.padEnd(18)} ${run.status.padEnd(12)} ${where}${advice}`;
}
