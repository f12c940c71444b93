import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { startOf } from "../twin/processes.ts";
import { PLUGIN } from "./install.ts";

const POLL_MS = 5;

/** Ends with SIGKILL the plugins of the twin in this folder: they outlive an engine that is killed. */
export async function endPlugins(dir: string): Promise<void> {
  for (const pid of pluginsOf(dir)) {
    const startedAt = startOf(pid);
    if (startedAt === undefined) continue;
    process.kill(pid, "SIGKILL");
    while (startOf(pid) === startedAt) await delay(POLL_MS);
  }
}

/** Pids of the plugins of the twin in this folder; their command line tells whose they are. */
export function pluginsOf(dir: string): number[] {
  return process.platform === "linux" ? pluginsOnLinux(dir) : pluginsByPs(dir);
}

function pluginsOnLinux(dir: string): number[] {
  const pids = readdirSync("/proc").map(Number);
  return pids.filter((pid) => {
    const command = pid > 0 ? commandOf(pid) : [];
    return command.includes(PLUGIN) && command.at(-1) === dir;
  });
}

function commandOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

function pluginsByPs(dir: string): number[] {
  const listed = execFileSync("ps", ["-A", "-ww", "-o", "pid=,args="], { encoding: "utf8" });
  const lines = listed.split("\n").filter((line) => line.includes(` ${PLUGIN} `));
  return lines.filter((line) => line.endsWith(` ${dir}`)).map((line) => Number.parseInt(line, 10));
}
