import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import type { RunEnvironment } from "../environment.ts";
import { projectRoot } from "../home.ts";
import { findTools } from "../tools.ts";
import { missingCli } from "./errors.ts";
import { hasNoStacks } from "./fileBackend.ts";
import { quietPulumi } from "./quietPulumi.ts";

/** Name of the Pulumi project, as `Pulumi.yaml` says. */
export const PROJECT = "godwit";

export interface ProgramOptions {
  /** A run may go back to an earlier stage; a plain `up` may not. */
  readonly allowOlderStage?: boolean;
}

/**
 * Opens the stack with the project's own program (`index.ts`), run in this process: `pulumi up` in the checkout
 * runs the same program.
 */
export async function openStack(
  environment: Pick<RunEnvironment, "env" | "workDir">,
  stackName: string,
  options: ProgramOptions = {},
): Promise<Stack> {
  const { LocalWorkspace, pulumiCommand } = await (engine ??= loadEngine());
  const open = hasNoStacks(environment.env) ? "createStack" : "createOrSelectStack";
  return await LocalWorkspace[open](
    { stackName, projectName: PROJECT, program: programWith(options) },
    {
      pulumiCommand,
      workDir: environment.workDir,
      // The PATH with the command line in front, whatever the run's own is.
      envVars: {
        ...environment.env,
        PATH: process.env["PATH"] ?? "",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    },
  );
}

function programWith(options: ProgramOptions): PulumiFn {
  return async () => {
    const { default: program } = await projectModule<Program>("index.ts");
    return await withoutTraces(() => program(options));
  };
}

/**
 * Pulumi takes a stack trace for every promise of every resource, which is a fifth of a preview's time and of use only
 * to who debugs.
 */
async function withoutTraces<T>(work: () => Promise<T>): Promise<T> {
  const limit = Error.stackTraceLimit;
  if (!process.env["GODWIT_DEBUG"]) Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

interface Program {
  readonly default: (options: ProgramOptions) => Promise<Record<string, unknown>>;
}

interface Targets {
  readonly loadTarget: (target: string) => Promise<unknown>;
}

async function projectModule<Module>(path: string): Promise<Module> {
  return (await import(pathToFileURL(join(projectRoot, path)).href)) as Module;
}

/** Fails, naming the command that gets it, where there is no Pulumi command line. */
export async function requirePulumi(): Promise<void> {
  await (engine ??= loadEngine());
}

/**
 * Begins to load what a stack of this target needs, for who has something else to wait for meanwhile. What goes wrong
 * is told to who opens the stack.
 */
export function loadAhead(target: string): void {
  const program = projectModule<Targets>("components/targets.ts");
  const loading = [(engine ??= loadEngine()), program.then(({ loadTarget }) => loadTarget(target))];
  void Promise.allSettled(loading);
}

let engine: ReturnType<typeof loadEngine> | undefined;

/**
 * Pulumi's Automation API, which takes a moment to load, and the command line that set-up has found: the API runs
 * whatever `pulumi` the PATH has first.
 */
async function loadEngine() {
  const { pulumi: tool } = await findTools();
  if (!tool.found) throw missingCli(tool);
  process.env["PATH"] = `${dirname(tool.found.path)}${delimiter}${process.env["PATH"]}`;
  const { LocalWorkspace, PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  quietPulumi();
  return { LocalWorkspace, pulumiCommand: await PulumiCommand.get() };
}
