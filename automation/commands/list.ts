import { exitCodes, type ExitCode } from "../errors.ts";
import { targets } from "../targets.ts";
import type { App } from "./context.ts";

export async function list(app: App): Promise<ExitCode> {
  const entries = await app.runbooks();
  const runbooks = entries.map(({ name, title, from, to }) => ({ name, title, from, to }));
  const text = [
    "Runbooks",
    ...runbooks.map(({ name, from, to }) => `  ${name.padEnd(18)} ${from} → ${to}`),
    "Targets",
    ...targets.map(({ name, title }) => `  ${name.padEnd(18)} ${title}`),
  ].join("\n");
  app.io.result({ runbooks, targets }, text);
  return exitCodes.done;
}
