import { exitCodes, type ExitCode } from "../errors.ts";
import { planDocument, planMarkdown, planText, type PlanDocument } from "../plan.ts";
import { preview } from "../stack/preview.ts";
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
  /** Only checks; the steps are about to be shown as they happen. */
  readonly quiet?: boolean;
}

/**
 * What a run would do. With a stack it also makes the run's first checks and previews the first update, so that
 * what would be refused is refused here. Changes nothing.
 */
export async function plan(app: App, name: string, options: PlanOptions): Promise<ExitCode> {
  const runbook = await loadRunbook(app, name);
  const mode = chooseMode(runbook, options.mode);
  const found = options.stack ? await look(app, name, options.stack, mode) : undefined;
  const durations = await withDatabase((db) => lastDurations(db, name, mode));
  const document: PlanDocument = planDocument(runbook, mode, durations, found);
  if (options.quiet) return exitCodes.done;
  const text = options.format === "md" ? planMarkdown(document) : planText(document);
  app.io.result(document, text);
  return exitCodes.done;
}

async function look(app: App, name: string, stack: string, mode: string) {
  const runbook = await loadRunbook(app, name);
  const environment = realEnvironment();
  const source = await runbook.preflight(lookingContext(app.io, environment, stack, mode));
  const { changes } = await preview({ environment, stack });
  return { stack, source, changes };
}
