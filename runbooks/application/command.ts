import { spawn } from "node:child_process";
import { failure } from "../../automation/errors.ts";
import type { StepContext } from "../../automation/step.ts";
import type { Application } from "./application.ts";

interface Commands {
  readonly stop: string;
  readonly deploy: string;
  readonly rollback: string;
}

/**
 * An application that commands of the user's stop, deploy and bring back. They get the bundle in their
 * environment: its plain variables, and `<NAME>_ARN` for each secret, never a secret's value; for a relay there is
 * no secret. A command that ends with anything but 0 has failed; it may be run again after a kill. In a move through
 * relays `deploy` and `rollback` find the application running, and must replace it task by task.
 */
export function commandApplication(ctx: StepContext, commands: Commands): Application {
  return {
    check: () => Promise.resolve(),
    remember: () => Promise.resolve({ commands: true }),
    stop: () => shell(ctx, "stop", commands.stop, {}),
    deploy: async (bundle) => {
      const arns = Object.entries(bundle.secrets).map(([name, arn]) => [`${name}_ARN`, arn]);
      const references = Object.fromEntries(arns) as Record<string, string>;
      await shell(ctx, "deploy", commands.deploy, { ...bundle.environment, ...references });
      return { deployedBy: "command" };
    },
    restore: () => shell(ctx, "rollback", commands.rollback, {}),
    status: () => Promise.resolve({ healthy: true, proof: "the deploy command succeeded" }),
  };
}

async function shell(
  ctx: StepContext,
  name: string,
  command: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  ctx.progress({ doing: `running the application's ${name} command` });
  const child = spawn(command, {
    shell: true,
    signal: ctx.signal,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, ...variables, GODWIT_RUN: ctx.run },
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code === 0) return;
  throw failure(
    "application-command",
    `The application's ${name} command (\`godwit:application.command.${name}\`) ended with ${code ?? "a signal"}.`,
    "",
    "Its own output is above. Mend it and use `godwit resume RUN`.",
  );
}
