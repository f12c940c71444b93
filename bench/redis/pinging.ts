import { Script } from "../processes.ts";
import type { PingDone, PingJob } from "./processes/ping.ts";
import type { BenchServer } from "./servers.ts";

const PING = new URL("./processes/ping.ts", import.meta.url);

/** Does the work while a client in a process of its own PINGs the server. */
export async function whilePinging<T>(
  server: BenchServer,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly p99Ms: number }> {
  const ping = new Script<PingDone>(PING, { server: server.address } satisfies PingJob);
  await ping.ready();
  try {
    const result = await work();
    return { result, p99Ms: (await ping.end()).p99Ms };
  } finally {
    ping.kill();
  }
}
