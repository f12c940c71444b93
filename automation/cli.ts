import { Command, CommanderError, Option } from "commander";
import type { App } from "./commands/context.ts";
import { explain, exitCodes, GodwitError, paragraph, type ExitCode } from "./errors.ts";
import { openIo } from "./io.ts";

/** Every command's work is loaded when it is used: `godwit list` must not wait for the cloud's SDKs. */
type Action = (app: App, ...args: never[]) => Promise<ExitCode>;

const scales = ["tiny", "small", "medium", "large"];

function program(): Command {
  const godwit = new Command("godwit")
    .description("Moves a running system to a new home without stopping it.")
    .option("--json", "events as JSON lines on standard error, one document on standard output")
    .showHelpAfterError("(use `godwit --help` for the commands)")
    .exitOverride();

  const add = (usage: string, description: string) =>
    godwit.command(usage).description(description).exitOverride().option("--json", "print JSON");
  const collect = (value: string, all: string[]) => [...all, value];
  const faults = new Option(
    "--fault <fault>",
    "kill@STEP:before|during|after, kill@random, cut@SERVER, slow@SERVER:MS, failover@SERVER, full@SERVER, deny@ACTION; may be repeated",
  )
    .default([] as string[], "none")
    .argParser<string[]>(collect);

  add("list", "runbooks and targets, one line each").action(
    run(async () => (await import("./commands/list.ts")).list),
  );
  add("doctor", "the tools found, what is missing and the command that gets it").action(
    run(async () => (await import("./commands/doctor.ts")).doctor),
  );
  add(
    "plan <runbook>",
    "checks, the steps in order, stall, duration, point of no return; changes nothing",
  )
    .option("--stack <stack>", "check this stack and preview its update")
    .option("--mode <mode>", "the way to do it, where there are several")
    .addOption(new Option("--format <format>").choices(["text", "md"]).default("text"))
    .action(run(async () => (await import("./commands/plan.ts")).plan));
  add("rehearse <runbook>", "the runbook on one machine, with real servers and the real engine")
    .option("--mode <mode>", "the way to do it, where there are several")
    .addOption(
      new Option("--scale <scale>", "size of the source world").choices(scales).default("small"),
    )
    .option("--seed <n>", "seed of the source world's data", Number, 1)
    .addOption(faults)
    .addOption(
      new Option("--approve <who>", "who opens the gates").choices(["all", "ask"]).default("all"),
    )
    .option("--keep", "leave the twin running and print its addresses")
    .action(run(async () => (await import("./commands/rehearse.ts")).rehearse));
  add("run <runbook>", "the runbook for real; without --execute it is `plan`")
    .requiredOption("--stack <stack>", "the stack to move")
    .option("--mode <mode>", "the way to do it, where there are several")
    .option("--execute", "do it")
    .action(run(async () => (await import("./commands/run.ts")).runForReal));
  add("status [run]", "where runs stand").action(
    run(async () => (await import("./commands/status.ts")).status),
  );
  add("watch <run>", "follow a run").action(
    run(async () => (await import("./commands/status.ts")).watch),
  );
  add("approve <run> <gate>", "open a gate").action(
    run(async () => (await import("./commands/steer.ts")).approveGate),
  );
  add("pause <run>", "hold a run before its next step").action(
    run(async () => (await import("./commands/steer.ts")).pause),
  );
  add("resume <run>", "go on with a run that was paused, killed, or failed").action(
    run(async () => (await import("./commands/steer.ts")).resume),
  );
  add("abort <run>", "leave everything on the source").action(
    run(async () => (await import("./commands/steer.ts")).abort),
  );
  add("rollback <run>", "move back without losing a write").action(
    run(async () => (await import("./commands/steer.ts")).rollback),
  );
  add("verify <run>", "compare source and target again, both ways").action(
    run(async () => (await import("./commands/verify.ts")).verify),
  );
  add("report [run]", "the signed evidence of a run, or the check of a report")
    .addOption(new Option("--format <format>").choices(["html", "json", "md"]).default("html"))
    .option("--check <file>", "verify a report's signature and chain")
    .option("--fingerprint <fingerprint>", "the key that the report must be signed with")
    .action(run(async () => (await import("./commands/report.ts")).report));
  for (const [name, description] of [
    ["preview", "what an update of the target would change"],
    ["up", "bring the target's infrastructure to its settings"],
    ["destroy", "delete what the target's stack built; what it adopted stays"],
  ] as const) {
    add(`${name} <target>`, description)
      .option("--stack <stack>", "this stack's own backend and credentials; without it, the twin")
      .action(run(async () => (await import("./commands/infrastructure.ts"))[name]));
  }
  add("worker", "one more engine process on a shared database")
    .option("--name <name>", "a name of its own for each worker")
    .action(run(async () => (await import("./commands/worker.ts")).work));
  const twin = godwit.command("twin").description("what rehearsals left running").exitOverride();
  twin
    .command("down")
    .description("stop whatever a rehearsal left running")
    .exitOverride()
    .option("--json", "print JSON")
    .action(run(async () => (await import("./commands/twin.ts")).down));
  return godwit;
}

/** Wraps a command: loads it, gives it the app, and turns its answer into the exit code. */
function run(load: () => Promise<Action>): (...args: unknown[]) => Promise<void> {
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
    await program().parseAsync([...argv]);
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
