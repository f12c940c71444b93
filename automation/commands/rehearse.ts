import { checkDriverFaults, isDriverFault } from "../engine/faults.ts";
import { createRun } from "../engine/runs.ts";
import type { ExitCode } from "../errors.ts";
import { godwitHome } from "../home.ts";
import { requirePulumi } from "../stack/open.ts";
import { settingsPath } from "../stack/settings.ts";
import { loadRunbook, chooseMode, withDatabase, type App } from "./context.ts";
import { execute } from "./execute.ts";
import { newRunId, startEvent } from "./newRun.ts";
import { whoAmI } from "./prompt.ts";

export interface RehearseOptions {
  readonly mode?: string;
  readonly scale: string;
  readonly seed: number;
  readonly fault: readonly string[];
  readonly approve: "all" | "ask";
  readonly keep?: boolean;
}

/** Stack of every rehearsal, on its twin's own backend. */
export const REHEARSAL_STACK = "rehearsal";

/** The whole move on this machine: builds the twin, lets traffic run, does the runbook, checks the ledger. */
export async function rehearse(
  app: App,
  name: string,
  options: RehearseOptions,
): Promise<ExitCode> {
  const runbook = await loadRunbook(app, name);
  const mode = chooseMode(runbook, options.mode);
  const steps = runbook.steps(mode);
  checkDriverFaults(
    options.fault,
    steps.map(({ id }) => id),
  );
  await requirePulumi();

  return await withDatabase(async (db) => {
    const rehearsal = await app.rehearsal();
    const twin = await rehearsal.start({
      home: godwitHome(),
      world: runbook.name,
      scale: options.scale,
      seed: options.seed,
      faults: options.fault.filter((fault) => !isDriverFault(fault)),
      onProgress: (line) => app.io.say(line),
    });
    const run = newRunId();
    const params = {
      run,
      runbook: runbook.name,
      version: runbook.version,
      mode,
      stack: REHEARSAL_STACK,
      twin: twin.dir,
      scale: options.scale,
      keep: options.keep ?? false,
      approve: options.approve,
      faults: options.fault,
      startedBy: whoAmI(),
      secondApprover: false,
    };
    await createRun(db, params, settingsPath(twin.environment.workDir, REHEARSAL_STACK));
    await startEvent(db, params, runbook);
    app.io.say(`Run ${run}: ${runbook.title}, ${mode}, at ${options.scale} scale.`);
    return await execute(app, db, run, "drive");
  });
}
