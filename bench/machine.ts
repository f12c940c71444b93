import { execFile } from "node:child_process";
import { cpus, loadavg, release, totalmem, type as system } from "node:os";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Where and with what a bench ran: the first element of `--json`. */
export interface Machine {
  readonly machine: {
    readonly system: string;
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGb: number;
    /** Load before the bench began: above a few tenths the machine was shared. */
    readonly loadBefore: number;
    readonly at: string;
  };
  readonly versions: Readonly<Record<string, string>>;
}

/** @param tools version command of each tool; one that cannot be run is told as missing. */
export async function describeMachine(
  tools: Readonly<Record<string, readonly [string, ...string[]]>>,
): Promise<Machine> {
  const told = Object.entries(tools).map(async ([name, command]) => [name, await version(command)]);
  return {
    machine: {
      system: `${system()} ${release()}`,
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      loadBefore: loadavg()[0]!,
      at: new Date().toISOString(),
    },
    versions: {
      node: process.version,
      ...(Object.fromEntries(await Promise.all(told)) as Record<string, string>),
    },
  };
}

async function version([program, ...args]: readonly [string, ...string[]]): Promise<string> {
  try {
    return (await run(program, args)).stdout.trim().split("\n")[0]!;
  } catch {
    return "not on the PATH";
  }
}

/** Whether a program is on the PATH. */
export async function isOnPath(program: string): Promise<boolean> {
  return await run("sh", ["-c", 'command -v -- "$1"', "sh", program]).then(
    () => true,
    () => false,
  );
}
