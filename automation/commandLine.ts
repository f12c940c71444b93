import { Command, InvalidArgumentError, Option } from "commander";
import type { App } from "./commands/context.ts";
import type { ExitCode } from "./errors.ts";

/** Loads a command's work when it is used: `godwit list` must not wait for the cloud's SDKs. */
export type Load = () => Promise<(app: App, ...args: never[]) => Promise<ExitCode>>;

/** Makes of a command's work what the parser calls. */
type Run = (load: Load) => (...args: unknown[]) => Promise<void>;

/** Adds a command with the options that all have. */
type Add = (usage: string, description: string) => Command;

const FAULTS =
  "kill@STEP:before|during|after, kill@random, kill@mover|relay[:MS|:random|:PHASE], cut@SERVER|relay[:MS], slow@SERVER|relay:MS, failover@SERVER, full@SERVER, deny@ACTION; may be repeated";

/** Every command with its arguments and options; `docs` and scripts rely on them. */
export function commandLine(run: Run): Command {
  const godwit = new Command("godwit")
    .description("Moves a running system to a new home without stopping it.")
    .option("--json", "events as JSON lines on standard error, one document on standard output")
    .showHelpAfterError("(use `godwit --help` for the commands)")
    .exitOverride();
  const add: Add = (usage, description) => common(godwit.command(usage).description(description));

  add("list", "runbooks and targets, one line each").action(
    run(async () => (await import("./commands/list.ts")).list),
  );
  add("doctor", "the tools found, what is missing and the command that gets it").action(
    run(async () => (await import("./commands/doctor.ts")).doctor),
  );
  addMoves(add, run);
  addSteering(add, run);
  addProofs(add, run);
  addInfrastructure(add, run);
  add("worker", "one more engine process on a shared database")
    .option("--name <name>", "a name of its own for each worker")
    .option(
      "--mover",
      "execute the data jobs of the run that the secret GODWIT_ENGINE_SECRET names",
    )
    .action(run(async () => (await import("./commands/worker.ts")).work));
  add(
    "relay <runbook>",
    "stand between clients and servers, as the unit on a relay's machine does",
  ).action(run(async () => (await import("./commands/relay.ts")).relay));
  const twin = common(godwit.command("twin").description("what rehearsals left running"));
  common(twin.command("down").description("stop whatever a rehearsal left running")).action(
    run(async () => (await import("./commands/twin.ts")).down),
  );
  return godwit;
}

function common(command: Command): Command {
  return command.exitOverride().option("--json", "print JSON");
}

function addMoves(add: Add, run: Run): void {
  const mode = ["--mode <mode>", "the way to do it, where there are several"] as const;
  add("plan <runbook>", "the steps in order, stall, duration, point of no return; changes nothing")
    .option("--stack <stack>", "check this stack and preview its update")
    .option(...mode)
    .addOption(choice("--format <format>", "of the plan", ["text", "md"], "text"))
    .action(run(async () => (await import("./commands/plan.ts")).plan));
  add("rehearse <runbook>", "the runbook on one machine, with real servers and the real engine")
    .option(...mode)
    .addOption(
      choice(
        "--scale <scale>",
        "of the source world",
        ["tiny", "small", "medium", "large"],
        "small",
      ),
    )
    .option("--seed <n>", "seed of the source world's data", wholeNumber, 1)
    .addOption(repeated("--fault <fault>", FAULTS))
    .addOption(choice("--approve <who>", "who opens the gates", ["all", "ask"], "all"))
    .option("--keep", "leave the twin running and print its addresses")
    .action(run(async () => (await import("./commands/rehearse.ts")).rehearse));
  add("run <runbook>", "the runbook for real; without --execute it is `plan`")
    .requiredOption("--stack <stack>", "the stack to move")
    .option(...mode)
    .option("--execute", "do it")
    .action(run(async () => (await import("./commands/run.ts")).runForReal));
}

function addSteering(add: Add, run: Run): void {
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
}

function addProofs(add: Add, run: Run): void {
  add("verify <run>", "compare source and target again, both ways").action(
    run(async () => (await import("./commands/verify.ts")).verify),
  );
  add("report [run]", "the signed evidence of a run, or the check of a report")
    .addOption(choice("--format <format>", "of the report", ["html", "json", "md"], "html"))
    .option("--check <file>", "verify a report's signature and chain")
    .option("--fingerprint <fingerprint>", "the key that the report must be signed with")
    .action(run(async () => (await import("./commands/report.ts")).report));
}

function addInfrastructure(add: Add, run: Run): void {
  const stack = [
    "--stack <stack>",
    "this stack's own backend and credentials; without it, the twin",
  ] as const;
  add("preview <target>", "what an update of the target would change")
    .option(...stack)
    .option("--refresh", "what others have changed in the cloud since the last update, instead")
    .action(run(async () => (await import("./commands/infrastructure.ts")).preview));
  add("up <target>", "bring the target's infrastructure to its settings")
    .option(...stack)
    .action(run(async () => (await import("./commands/infrastructure.ts")).up));
  add("destroy <target>", "delete what the target's stack built; what it adopted stays")
    .option(...stack)
    .action(run(async () => (await import("./commands/infrastructure.ts")).destroy));
  add("policy <target>", "the HIPAA rules over a preview: findings, waivers, the checklist")
    .option(...stack)
    .action(run(async () => (await import("./commands/policy.ts")).policy));
  add("cost <target>", "the monthly estimate, line by line, with the date of the prices")
    .option(...stack)
    .action(run(async () => (await import("./commands/cost.ts")).cost));
}

function choice(flags: string, description: string, choices: string[], standard: string): Option {
  return new Option(flags, description).choices(choices).default(standard);
}

function wholeNumber(value: string): number {
  if (/^\d+$/.test(value)) return Number(value);
  throw new InvalidArgumentError("It must be a whole number.");
}

function repeated(flags: string, description: string): Option {
  const collect = (value: string, all: string[]) => [...all, value];
  return new Option(flags, description).default([], "none").argParser<string[]>(collect);
}
