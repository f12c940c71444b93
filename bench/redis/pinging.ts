import { Script } from "../processes.ts";
import type { PingJob, PingTimes } from "./processes/ping.ts";
import type { BenchServer } from "./servers.ts";

const PING = new URL("./processes/ping.ts", import.meta.url);

/** A client in a process of its own that PINGs a server all the time. */
export class Pinger {
  readonly #script: Script;

  constructor(server: BenchServer) {
    this.#script = new Script(PING, { server: server.address } satisfies PingJob);
  }

  /** Does the work, and tells how long a PING took meanwhile: 99th percentile, in ms. */
  async during<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly p99Ms: number }> {
    await this.#script.ask("begin");
    const result = await work();
    return { result, p99Ms: ((await this.#script.ask("end")) as PingTimes).p99Ms };
  }

  async end(): Promise<void> {
    await this.#script.end();
  }
}
