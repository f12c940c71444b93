import { CommanderError, type Command } from "commander";
import { commandLine, type Load } from "./commandLine.ts";
import type { App } from "./commands/context.ts";
import { explain, exitCodes, GodwitError, paragraph, type ExitCode } from "./errors.ts";
import { openIo } from "./io.ts";

/** Wraps a command: loads it, gives it the app, and turns its answer into the exit code. */
function run(load: Load): (...args: unknown[]) => Promise<void> {
  return async (...args) => {
    const command = args.at(-1) as Command;
    const io = openIo(command.optsWithGlobals()["json"] === true);
    const app: App = {
      io,
      runbooks: async () => (await import("../runbooks/index.ts")).runbooks,
      preflight: async (target, subject) =>
        await (await import("../runbooks/index.ts")).preflight(target, subject),
      rehearsal: async () => await import("../rehearsal/index.ts"),
      policy: async () => await import("../policy/index.ts"),
    };
    const action = await load();
    // Commander passes arguments, then options, then the command itself.
    process.exitCode = await action(app, ...(args.slice(0, -1) as never[]));
  };
}

/** Runs one command line. The only place that decides the process's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await commandLine(run).parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error, argv.includes("--json"));
  }
  // What is left to run now is a database's or a socket's idle handle.
  process.exit();
}

const UNEXPECTED = "If that does not tell enough, GODWIT_DEBUG=1 shows where it happened.";

function report(error: unknown, json: boolean): ExitCode {
  // Commander has printed its own message already; help and version are no errors.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  const explanation =
    error instanceof GodwitError
      ? error.explanation
      : explain(error, { state: "", next: UNEXPECTED });
  process.stderr.write(
    json
      ? `${JSON.stringify({ event: "error", ...explanation })}\n`
      : `${paragraph(explanation)}\n`,
  );
  if (error instanceof GodwitError) return error.exitCode;
  if (process.env["GODWIT_DEBUG"]) console.error(error);
  return exitCodes.failed;
}
