import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";

/** Whether there is a /proc to look into; macOS has none. */
export const knowsProcesses = existsSync("/proc/self");

/** Whether this process runs. One that has ended and that nobody has reaped yet does not, where that can be told. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !knowsProcesses || !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

/** Pids of the processes of this program that work in this folder, as far as {@link knowsProcesses}. */
export function processesIn(folder: string, program: string): number[] {
  if (!knowsProcesses || !existsSync(folder)) return [];
  const path = realpathSync(folder);
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && worksIn(pid, path, program));
}

function worksIn(pid: number, path: string, program: string): boolean {
  try {
    const name = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    return name === program && readlinkSync(`/proc/${pid}/cwd`) === path;
  } catch {
    // It has ended meanwhile, or is somebody else's.
    return false;
  }
}
