import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ProcessTable } from "../clouds/world.ts";

interface Recorded {
  readonly pid: number;
  readonly name: string;
  /** Distinguishes the process from a later one with the same number. */
  readonly startedAt: string;
}

/** Starts processes and keeps `<dir>/processes/<pid>.json` for each that lives. */
export function createProcessTable(dir: string): ProcessTable & { stopAll(): Promise<void> } {
  const living = new Map<ChildProcess, string>();
  const table: ProcessTable = {
    start(name, command, args, { niceness = 0, ...options } = {}) {
      // In a session of its own, as on a machine of its own: Linux shares the processor out by session first.
      const child = spawn(command, args, { stdio: "ignore", detached: true, ...options });
      child.on("error", () => living.delete(child));
      if (child.pid !== undefined) {
        living.set(child, name);
        recordProcess(dir, child.pid, name);
        if (niceness > 0) standBack(child.pid, niceness);
        const { pid } = child;
        child.once("exit", () => {
          living.delete(child);
          forget(dir, pid);
        });
      }
      return child;
    },
    async stop(child, { signal = "SIGTERM", graceMs = 3000 } = {}) {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      const ended = once(child, "exit");
      const killer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      child.kill(signal);
      await ended;
      clearTimeout(killer);
    },
  };
  const stopAll = async () => {
    await Promise.all([...living.keys()].map((child) => table.stop(child)));
  };
  return { ...table, stopAll };
}

/** Niceness counts within a session; where Linux weighs sessions against each other, this one's weight follows. */
function standBack(pid: number, niceness: number): void {
  setPriority(pid, niceness);
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
  } catch {
    // A system without such weights, or one that lets them be changed only ten times a second.
  }
}

/** Records a running process, so that {@link endRecordedProcesses} can end it without its parent. */
export function recordProcess(dir: string, pid: number, name: string): void {
  const startedAt = startOf(pid);
  if (startedAt === undefined) return;
  mkdirSync(join(dir, "processes"), { recursive: true, mode: 0o700 });
  // Whoever reads it, at whatever moment, finds all of it.
  const draft = join(dir, `process-${pid}.draft`);
  writeFileSync(draft, JSON.stringify({ pid, name, startedAt } satisfies Recorded));
  renameSync(draft, fileOf(dir, pid));
}

/** Ends with SIGKILL every recorded process that still is the one recorded; returns their names. */
export async function endRecordedProcesses(dir: string): Promise<string[]> {
  const ended: string[] = [];
  for (const recorded of recordedProcesses(dir)) {
    if (startOf(recorded.pid) === recorded.startedAt) {
      process.kill(recorded.pid, "SIGKILL");
      while (startOf(recorded.pid) === recorded.startedAt) await delay(5);
      ended.push(recorded.name);
    }
    forget(dir, recorded.pid);
  }
  return ended;
}

function recordedProcesses(dir: string): Recorded[] {
  const folder = join(dir, "processes");
  try {
    return readdirSync(folder).map(
      (file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Recorded,
    );
  } catch {
    return [];
  }
}

const fileOf = (dir: string, pid: number) => join(dir, "processes", `${pid}.json`);
const forget = (dir: string, pid: number) => rmSync(fileOf(dir, pid), { force: true });

/** When a process was started, in the system's own terms; undefined when it has ended. */
export function startOf(pid: number): string | undefined {
  return process.platform === "linux" ? startOnLinux(pid) : startByPs(pid);
}

function startOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything; what follows it starts with field 3, the state.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startByPs(pid: number): string | undefined {
  try {
    const started = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return started.trim() || undefined;
  } catch {
    return undefined;
  }
}
