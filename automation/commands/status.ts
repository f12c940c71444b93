import { isLive, listRuns, getRun, type Run } from "../engine/runs.ts";
import { isDriven } from "../engine/engine.ts";
import type { Database } from "../engine/database.ts";
import { exitCodes, type ExitCode } from "../errors.ts";
import { withDatabase, type App } from "./context.ts";
import { execute } from "./execute.ts";
import { followRun } from "../engine/follow.ts";
import { rollbackSentence } from "../evidence/rollback.ts";
import { wayBackOf } from "./wayBack.ts";

/** Where one run, or every run, stands. */
export async function status(app: App, runId: string | undefined): Promise<ExitCode> {
  return await withDatabase(async (db) => {
    const runs = runId ? [await getRun(db, runId)] : await listRuns(db);
    const standings = await Promise.all(runs.map((run) => standingOf(db, run)));
    tell(app, standings);
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
    tell(app, [await standingOf(db, run)]);
    return exitCodes.done;
  });
}

/** One run, as a document and as lines for a person. */
interface Standing {
  readonly document: object;
  readonly text: string;
}

function tell(app: App, standings: readonly Standing[]): void {
  const text = standings.map((standing) => standing.text).join("\n");
  const runs = standings.map(({ document }) => document);
  app.io.result({ runs }, text || "No runs yet.");
}

async function standingOf(db: Database, run: Run): Promise<Standing> {
  const { run: id, runbook, status: state, step, gate } = run;
  const rollback = await wayBackOf(db, id);
  const line = await statusLine(db, run);
  return {
    document: { run: id, runbook, status: state, step, gate, ...(rollback && { rollback }) },
    text: rollback ? `${line}\n  ${rollbackSentence(rollback)}` : line,
  };
}

async function statusLine(db: Database, run: Run): Promise<string> {
  const where = run.gate ? `at gate ${run.gate}` : (run.step ?? "");
  const orphan = run.status === "running" && !(await isDriven(db, run.executor));
  const advice = orphan ? `  its driver is gone: godwit resume ${run.run}` : "";
  return `${run.run}  ${run.runbook.padEnd(18)} ${run.status.padEnd(12)} ${where}${advice}`;
}
