import { readFileSync } from "node:fs";
import { Script } from "../processes.ts";
import { less } from "../redis/bench.ts";
import type { BenchServer } from "../redis/servers.ts";
import type { RelayBench } from "./bench.ts";
import type { IdleJob } from "./processes/idle.ts";
import { eachWay } from "./saturation.ts";
import type { Way } from "./ways.ts";

const IDLE = new URL("./processes/idle.ts", import.meta.url);
const CONNECTIONS = [1_000, 10_000];
/** What a process has open beside its clients. */
const OTHER_FILES = 100;

/** Memory of the process in between while its clients wait. */
export async function benchMemory(
  bench: RelayBench,
  server: BenchServer,
  ways: readonly Way[],
): Promise<void> {
  // Each client takes two files: its own connection and the one behind it.
  const most = Math.floor((fileLimit() - OTHER_FILES) / 2);
  for (const wanted of CONNECTIONS) {
    const connections = Math.min(wanted, most);
    const limited = connections < wanted ? " (all that the limit of open files allows)" : "";
    await eachWay(bench, server, ways, async (way, { port, pid }) => {
      const idle = new Script(IDLE, { port, connections } satisfies IdleJob);
      await idle.next();
      const kind = less(
        `memory with ${connections.toLocaleString("en-US")} idle connections${limited}`,
        "MB",
      );
      bench.measurements.add(kind, way.name, residentMb(pid!));
      await idle.end();
    });
  }
}

/** Files that a process of ours may have open. Linux only. */
function fileLimit(): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  return Number(/Max open files\s+\d+\s+(\d+)/.exec(limits)?.[1]);
}

function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
