import pc from "picocolors";
import { exitCodes, type ExitCode } from "../errors.ts";
import { godwitHome } from "../home.ts";
import { findTools } from "../tools.ts";
import type { App } from "./context.ts";

/** What was found, what is missing and how to get it. Exit code 1 when something is missing. */
export async function doctor(app: App): Promise<ExitCode> {
  const tools = Object.values(await findTools());
  const lines = tools.map(({ name, neededFor, found, missing }) =>
    found
      ? `${pc.green("✓")} ${name.padEnd(20)} ${found.version.padEnd(12)} ${found.path} (from ${found.from})`
      : `${pc.red("✗")} ${name.padEnd(20)} ${missing?.why ?? "missing"}. Needed for ${neededFor}. Get it: ${missing?.command}`,
  );
  app.io.result({ home: godwitHome(), tools }, [...lines, `State: ${godwitHome()}`].join("\n"));
  return tools.every(({ found }) => found) ? exitCodes.done : exitCodes.failed;
}
