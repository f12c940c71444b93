import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { temporaryFolder } from "./temporaryFolder.ts";

type Env = Readonly<Record<string, string>>;

/** Runs a module of this folder in a process of its own. */
export function startModule(name: string, env: Env): ChildProcess {
  return start(["--import", "tsx", pathOf(name)], env);
}

/** Bundles a module of this folder, for a test that starts it often; gives what starts it. */
export function bundle(name: string): (env: Env) => ChildProcess {
  const outfile = join(temporaryFolder("bundle"), "main.cjs");
  const external = ["pg-native"];
  buildSync({ entryPoints: [pathOf(name)], outfile, external, bundle: true, platform: "node" });
  return (env) => start([outfile], env);
}

/** Sends a signal and resolves when the process has gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

function start(args: readonly string[], env: Env): ChildProcess {
  return spawn(process.execPath, args, {
    env: { ...process.env, NODE_NO_WARNINGS: "1", ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
