import { exitCodes, usageError, type ExitCode } from "../errors.ts";
import type { RunEnvironment } from "../environment.ts";
import { godwitHome } from "../home.ts";
import { targets } from "../targets.ts";
import { REHEARSAL_STACK } from "../twin.ts";
import { loadAhead } from "../stack/open.ts";
import * as driver from "../stack/update.ts";
import { drift, preview as previewStack } from "../stack/preview.ts";
import { realEnvironment, withDatabase, type App } from "./context.ts";

export interface StackOptions {
  readonly stack?: string;
}

export interface PreviewOptions extends StackOptions {
  /** What others have changed in the cloud, instead of what an update would. */
  readonly refresh?: boolean;
}

export interface Where {
  readonly environment: RunEnvironment;
  readonly stack: string;
}

/** What an update of the target would change, or what others have changed since the last one. */
export async function preview(
  app: App,
  target: string,
  options: PreviewOptions,
): Promise<ExitCode> {
  return await onStack(app, target, options, async (where) => {
    const look = options.refresh ? drift : previewStack;
    const { changes, resources, outputs } = await look(where);
    const lines = resources
      .filter(({ op }) => op !== "same")
      .map(({ op, type, name }) => `  ${op.padEnd(8)} ${type.padEnd(56)} ${name}`);
    app.io.result(
      { target, stack: where.stack, changes, resources, outputs },
      [...lines, changesLine(changes)].join("\n"),
    );
  });
}

/** Brings the target's infrastructure to its settings. Refused while a run moves the stack. */
export async function up(app: App, target: string, options: StackOptions): Promise<ExitCode> {
  return await onStack(app, target, options, async (where) => {
    if (options.stack) await refuseDuringRun(where);
    await app.preflight(target, { ...where, note: (line) => app.io.say(line) });
    const { changes, repaired } = await driver.up(withProgress(app, where));
    app.io.result({ target, stack: where.stack, changes, repaired }, changesLine(changes));
  });
}

/** Deletes what the target's stack built. Refused while a run moves the stack. */
export async function destroy(app: App, target: string, options: StackOptions): Promise<ExitCode> {
  return await onStack(app, target, options, async (where) => {
    if (options.stack) await refuseDuringRun(where);
    const { changes } = await driver.destroy(withProgress(app, where));
    app.io.result({ target, stack: where.stack, changes }, changesLine(changes));
  });
}

/** Does `work` on the given stack, or on that of a twin which lives as long as the command. */
export async function onStack(
  app: App,
  target: string,
  { stack }: StackOptions,
  work: (where: Where) => Promise<void>,
): Promise<ExitCode> {
  const { world } = knownTarget(target);
  if (stack) {
    const environment = realEnvironment();
    const { readSettings } = await import("../stack/settings.ts");
    // A name mistyped must not leave an empty stack behind.
    readSettings(environment.workDir, stack);
    await work({ environment, stack });
    return exitCodes.done;
  }
  const starting = (await app.rehearsal()).start({
    home: godwitHome(),
    world,
    scale: "tiny",
    seed: 1,
    faults: [],
    traffic: false,
    onProgress: (line) => app.io.say(line),
  });
  loadAhead(target);
  const twin = await starting;
  try {
    await work({ environment: twin.environment, stack: REHEARSAL_STACK });
  } finally {
    await twin.down();
  }
  return exitCodes.done;
}

/** Only the run knows what its steps have still to do: an update beside it could undo the half of one. */
async function refuseDuringRun({ environment, stack }: Where): Promise<void> {
  const { hasDatabase } = await import("../engine/database.ts");
  if (!hasDatabase(godwitHome())) return;
  const { refuseStackInUse } = await import("../engine/runs.ts");
  const { settingsPath } = await import("../stack/settings.ts");
  const key = settingsPath(environment.workDir, stack);
  await withDatabase((db) => refuseStackInUse(db, stack, key));
}

function knownTarget(target: string) {
  const known = targets.find(({ name }) => name === target);
  if (known) return known;
  throw usageError(
    "unknown-target",
    `There is no target ${target}.`,
    `Targets: ${targets.map(({ name }) => name).join(", ")}.`,
  );
}

function withProgress(app: App, where: Where): driver.UpdateRequest {
  return { ...where, onProgress: (progress) => app.io.progress(where.stack, progress) };
}

function changesLine(changes: object): string {
  const parts = Object.entries(changes).map(([op, count]) => `${count} ${op}`);
  return parts.length > 0 ? parts.join(", ") : "No changes.";
}
