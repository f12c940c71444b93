import { checkDriverFaults, isDriverFault } from "../engine/faults.ts";
import { createRun } from "../engine/runs.ts";
import type { RunEnvironment } from "../environment.ts";
import type { ExitCode } from "../errors.ts";
import { godwitHome } from "../home.ts";
import type { PolicyReport } from "../policyPack.ts";
import { loadAhead, requirePulumi } from "../stack/open.ts";
import { preview, type Preview } from "../stack/preview.ts";
import { settingsPath } from "../stack/settings.ts";
import { REHEARSAL_STACK } from "../twin.ts";
import { loadRunbook, chooseMode, withDatabase, type App } from "./context.ts";
import { execute } from "./execute.ts";
import { judge } from "./judge.ts";
import { newRunId, policyEvent, startEvent } from "./newRun.ts";
import { whoAmI } from "./prompt.ts";

export interface RehearseOptions {
  readonly mode?: string;
  readonly scale: string;
  readonly seed: number;
  readonly fault: readonly string[];
  readonly approve: "all" | "ask";
  readonly keep?: boolean;
}

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
  loadAhead(runbook.target);

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
    const { environment } = twin;
    const stack = REHEARSAL_STACK;
    const report = await judgeTwin(app, runbook.target, environment);
    const run = newRunId();
    const params = {
      run,
      runbook: runbook.name,
      version: runbook.version,
      mode,
      stack,
      twin: twin.dir,
      scale: options.scale,
      keep: options.keep ?? false,
      approve: options.approve,
      faults: options.fault,
      startedBy: whoAmI(),
      secondApprover: false,
    };
    await createRun(db, params, settingsPath(environment.workDir, stack));
    await startEvent(db, params, runbook);
    if (report) await policyEvent(db, run, report);
    app.io.say(`Run ${run}: ${runbook.title}, ${mode}, at ${options.scale} scale.`);
    return await execute(app, db, run, "drive");
  });
}

/** The policy's word for the evidence. A fault that is meant for the run may stop the preview: then there is none. */
async function judgeTwin(
  app: App,
  target: string,
  environment: RunEnvironment,
): Promise<PolicyReport | undefined> {
  const stack = REHEARSAL_STACK;
  const planned: Preview | undefined = await preview({ environment, stack }).catch(() => undefined);
  return planned && (await judge(app, { target, stack, resources: planned.resources }));
}
