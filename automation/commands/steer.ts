import { isDriven } from "../engine/engine.ts";
import type { Database } from "../engine/database.ts";
import { getRun, isLive, updateRun, type Run } from "../engine/runs.ts";
import { approve, ask, checkCanLeave, checkCanPause, letGoOn } from "../engine/steer.ts";
import { exitCodes, refusal, type ExitCode } from "../errors.ts";
import { loadRunbook, withDatabase, type App } from "./context.ts";
import { execute } from "./execute.ts";
import { whoAmI } from "./prompt.ts";

export async function approveGate(app: App, runId: string, gate: string): Promise<ExitCode> {
  return await withDatabase(async (db) => {
    const run = await getRun(db, runId);
    await approve(db, await loadRunbook(app, run.runbook), runId, gate, whoAmI());
    const next = (await isDriven(db, run.executor))
      ? ""
      : ` Go on with \`godwit resume ${runId}\`.`;
    app.io.result({ run: runId, gate, approvedBy: whoAmI() }, `Gate ${gate} is open.${next}`);
    return exitCodes.done;
  });
}

export async function pause(app: App, runId: string): Promise<ExitCode> {
  return await withDatabase(async (db) => {
    checkCanPause(await getRun(db, runId));
    await ask(db, runId, "pause", whoAmI());
    app.io.result({ run: runId, status: "pausing" }, `Run ${runId} pauses before its next step.`);
    return exitCodes.done;
  });
}

/** Goes on with a run from its last finished step, whatever stopped it. */
export async function resume(app: App, runId: string): Promise<ExitCode> {
  return await withDatabase(async (db) => {
    const run = await getRun(db, runId);
    await refuseChangedRunbook(app, run);
    if (run.status === "aborted" || run.status === "rolled-back") throw hasLeft(run);
    await letGoOn(db, runId, whoAmI());
    return await execute(app, db, runId, "drive");
  });
}

export async function abort(app: App, runId: string): Promise<ExitCode> {
  return await leaveWith(app, runId, "abort");
}

export async function rollback(app: App, runId: string): Promise<ExitCode> {
  return await leaveWith(app, runId, "rollback");
}

async function leaveWith(
  app: App,
  runId: string,
  control: "abort" | "rollback",
): Promise<ExitCode> {
  return await withDatabase(async (db) => {
    const run = await getRun(db, runId);
    const runbook = await loadRunbook(app, run.runbook);
    await checkCanLeave(db, run, runbook.steps(run.mode), control);
    if (isLive(run) && (await isDriven(db, run.executor))) {
      await ask(db, runId, control, whoAmI());
      return await execute(app, db, runId, "drive");
    }
    await recordLeaving(db, run, control);
    return await execute(app, db, runId, control);
  });
}

async function recordLeaving(db: Database, run: Run, control: "abort" | "rollback"): Promise<void> {
  await ask(db, run.run, control, whoAmI());
  await updateRun(db, run.run, { gate: null, error: null });
}

async function refuseChangedRunbook(app: App, run: Run): Promise<void> {
  const { version } = await loadRunbook(app, run.runbook);
  if (version === run.version) return;
  throw refusal(
    "runbook-changed",
    `Run ${run.run} was started with version ${run.version} of ${run.runbook}; this checkout has version ${version}, whose steps differ.`,
    `Resume it with the checkout it was started from, or \`godwit rollback ${run.run}\` there and start again here.`,
  );
}

function hasLeft(run: Run) {
  return refusal(
    "run-left",
    `Run ${run.run} is ${run.status}: everything is on the source.`,
    "Start a new run to move again.",
  );
}
