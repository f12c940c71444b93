import { delimiter, dirname } from "node:path";
import {
  LocalWorkspace,
  PulumiCommand,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import { findTools } from "../../automation/tools.ts";
import type { LiveTwin } from "../../rehearsal/index.ts";

/** A stack with a program of the test's own, on the twin's backend and with its plugins. */
export async function openTestStack(
  { environment }: Pick<LiveTwin, "environment">,
  stackName: string,
  program: PulumiFn,
): Promise<Stack> {
  const { pulumi } = await findTools();
  process.env["PATH"] = `${dirname(pulumi.found!.path)}${delimiter}${process.env["PATH"]}`;
  const pulumiCommand = await PulumiCommand.get();
  const { env, workDir } = environment;
  return await LocalWorkspace.createOrSelectStack(
    { stackName, projectName: "godwit", program },
    { pulumiCommand, workDir, envVars: { ...env } },
  );
}
