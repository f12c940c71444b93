import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Stack } from "@pulumi/pulumi/automation/index.js";

/** Runs the Pulumi command line on a stack for what the Automation API cannot do. Returns its standard output. */
export async function pulumiCli(
  stack: Stack,
  args: readonly string[],
  input = "",
): Promise<string> {
  const { workDir, envVars } = stack.workspace;
  const child = spawn("pulumi", [...args, "--stack", stack.name, "--non-interactive"], {
    cwd: workDir,
    env: { ...process.env, ...(envVars as Record<string, string>) },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  if (code === 0) return stdout;
  throw new Error(`pulumi ${args.join(" ")} ended with ${code}: ${stderr.trim()}`);
}
