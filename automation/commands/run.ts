import { hasWorker } from "../engine/engine.ts";
import type { Database } from "../engine/database.ts";
import { refuseEngineOutOfReach } from "../engine/announce.ts";
import { createRun, refuseStackInUse, type RunParams } from "../engine/runs.ts";
import { refusal, type ExitCode } from "../errors.ts";
import { settingsPath } from "../stack/settings.ts";
import { chooseMode, loadRunbook, realEnvironment, withDatabase, type App } from "./context.ts";
import { execute } from "./execute.ts";
import { newRunId, policyEvent, startEvent } from "./newRun.ts";
import { judge } from "./judge.ts";
import { look, plan } from "./plan.ts";
import { whoAmI } from "./prompt.ts";

export interface RunOptions {
  readonly stack: string;
  readonly mode?: string;
  readonly execute?: boolean;
}

/** The runbook for real. Without `--execute` it only plans; with it, the plan's checks come first all the same. */
export async function runForReal(app: App, name: string, options: RunOptions): Promise<ExitCode> {
  if (!options.execute) return await plan(app, name, { ...options, format: "text" });
  const environment = realEnvironment();
  const { stack } = options;
  const stackKey = settingsPath(environment.workDir, stack);
  // The plan's own checks would only find what the other run has built.
  await withDatabase((db) => refuseStackInUse(db, stack, stackKey));
  const runbook = await loadRunbook(app, name);
  const mode = chooseMode(runbook, options.mode);
  const { resources } = await look(app, runbook, stack, mode);
  const { target } = runbook;
  const { workDir } = environment;
  const report = await judge(app, { target, stack, resources, workDir });
  const policy = runbook.policy({ stack, environment });
  return await withDatabase(async (db) => {
    refuseEngineOutOfReach(db, runbook, environment);
    if (policy.production) await refuseLaptop(db, stack);
    const params: RunParams = {
      run: newRunId(),
      runbook: runbook.name,
      version: runbook.version,
      mode,
      stack,
      approve: "ask",
      faults: [],
      startedBy: whoAmI(),
      secondApprover: policy.secondApprover,
    };
    await createRun(db, params, stackKey);
    await startEvent(db, params, runbook);
    await policyEvent(db, params.run, report);
    app.io.say(`Run ${params.run}: ${runbook.title}, ${params.mode}, stack ${params.stack}.`);
    return await execute(app, db, params.run, "drive");
  });
}

/** A soak of a day does not survive a closed lid: a production run needs a worker that stays. */
async function refuseLaptop(db: Database, stack: string): Promise<void> {
  if (!db.embedded || (await hasWorker(db))) return;
  throw refusal(
    "engine-on-laptop",
    `Stack ${stack} is marked production and the run soaks for a day or more, but its engine would live on this machine.`,
    "Start `godwit worker` where it can stay (the mover) and use `run` there, or name a shared Postgres in GODWIT_DATABASE_URL.",
  );
}
