import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  LocalWorkspace,
  PulumiCommand,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import type { RunEnvironment } from "../environment.ts";
import { projectRoot } from "../home.ts";
import { findTools } from "../tools.ts";
import { missingCli } from "./errors.ts";

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
  const pulumiCommand = await (command ??= pulumi());
  return await LocalWorkspace.createOrSelectStack(
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
    const module = (await import(pathToFileURL(join(projectRoot, "index.ts")).href)) as {
      default: (options: ProgramOptions) => Promise<Record<string, unknown>>;
    };
    return await module.default(options);
  };
}

/** Fails, naming the command that gets it, where there is no Pulumi command line. */
export async function requirePulumi(): Promise<void> {
  await (command ??= pulumi());
}

let command: Promise<PulumiCommand> | undefined;

/** The command line that set-up has found. The Automation API runs whatever `pulumi` the PATH has first. */
async function pulumi(): Promise<PulumiCommand> {
  const { pulumi: tool } = await findTools();
  if (!tool.found) throw missingCli(tool);
  process.env["PATH"] = `${dirname(tool.found.path)}${delimiter}${process.env["PATH"]}`;
  return await PulumiCommand.get();
}
