import { exitCodes, type ExitCode } from "../errors.ts";
import { planDocument, planMarkdown, planText, type PlanDocument } from "../plan.ts";
import { preview, type PreviewedResource } from "../stack/preview.ts";
import type { Facts, Runbook } from "../step.ts";
import { missingAgreements, refuseWithoutAgreements } from "./agreements.ts";
import {
  chooseMode,
  loadRunbook,
  lookingContext,
  realEnvironment,
  withDatabase,
  type App,
} from "./context.ts";
import { lastDurations } from "../engine/durations.ts";

export interface PlanOptions {
  readonly stack?: string;
  readonly mode?: string;
  readonly format: "text" | "md";
}

/** What was found on a stack where a run may begin. */
export interface Look {
  readonly stack: string;
  readonly source: Facts;
  /** Of the first update. */
  readonly changes: Facts;
  readonly resources: readonly PreviewedResource[];
}

/**
 * What a run would do. With a stack it also makes the run's first checks and previews the first update, so that
 * what would be refused is refused here. Changes nothing.
 */
export async function plan(app: App, name: string, options: PlanOptions): Promise<ExitCode> {
  const runbook = await loadRunbook(app, name);
  const mode = chooseMode(runbook, options.mode);
  const found = options.stack ? await look(app, runbook, options.stack, mode) : undefined;
  const durations = await withDatabase((db) => lastDurations(db, name, mode));
  const { workDir } = realEnvironment();
  const document: PlanDocument = {
    ...planDocument(runbook, mode, durations, found && shown(found)),
    withoutAgreement: await missingAgreements(app, runbook.target, workDir),
  };
  const text = options.format === "md" ? planMarkdown(document) : planText(document);
  app.io.result(document, text);
  return exitCodes.done;
}

/** Makes a run's first checks on its stack and previews the first update; refuses where a run would be. */
export async function look(app: App, runbook: Runbook, stack: string, mode: string): Promise<Look> {
  const environment = realEnvironment();
  if (runbook.policy({ stack, environment }).healthData) {
    const missing = await missingAgreements(app, runbook.target, environment.workDir);
    refuseWithoutAgreements(stack, missing);
  }
  const source = await runbook.preflight(lookingContext(app.io, environment, stack, mode));
  const { changes, resources } = await preview({ environment, stack });
  return { stack, source, changes, resources };
}

function shown({ stack, source, changes }: Look): NonNullable<PlanDocument["found"]> {
  return { stack, source, changes };
}
