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
      rehearsal: async () => await import("../rehearsal/index.ts"),
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

function report(error: unknown, json: boolean): ExitCode {
  // Commander has printed its own message already; help and version are no errors.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof GodwitError) {
    const { explanation } = error;
    process.stderr.write(
      json
        ? `${JSON.stringify({ event: "error", ...explanation })}\n`
        : `${paragraph(explanation)}\n`,
    );
    return error.exitCode;
  }
  const fallback = { state: "", next: "" };
  process.stderr.write(
    json
      ? `${JSON.stringify({ event: "error", ...explain(error, fallback) })}\n`
      : `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return exitCodes.failed;
}
