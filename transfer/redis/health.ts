import { lookup as systemLookup } from "node:dns";
import { Worker } from "node:worker_threads";
import type { RedisAddress } from "./connection.ts";

/** How a server has been over the last second. */
export interface Health {
  /** 99th percentile of the time from a PING to its answer, in ms. */
  readonly pingP99Ms: number;
  /** The shortest such time seen so far: what the network takes when the server is at leisure. */
  readonly pingLeastMs: number;
  /** Share of a core that the server's main thread used, 0 to 1. */
  readonly cpu: number;
}

/** An address that can be passed to a thread: its name is resolved already, and who only pings needs no leave. */
export type ResolvedAddress = Omit<RedisAddress, "lookup" | "admit">;

/** How soon a watch that has lost its server looks for it again. */
const RETRY_MS = 1_000;
const WORKER = new URL("./healthWorker.mjs", import.meta.url);

/**
 * Measures a server's health, four times a second, until stopped. A thread and a connection of its own do it, so
 * that our own busy event loop is not taken for the server's. A lost server is looked for again, by name; meanwhile
 * nothing is reported.
 */
export class HealthWatch {
  readonly #address: RedisAddress;
  readonly #onHealth: (health: Health) => void;
  #worker: Worker | undefined;
  #stopped = false;

  constructor(address: RedisAddress, onHealth: (health: Health) => void) {
    this.#address = address;
    this.#onHealth = onHealth;
    void this.#start();
  }

  stop(): void {
    this.#stopped = true;
    void this.#worker?.terminate();
  }

  async #start(): Promise<void> {
    try {
      const address = await resolved(this.#address);
      if (this.#stopped) return;
      const worker = new Worker(WORKER, { workerData: address, execArgv: preloaded() });
      worker.unref();
      worker.on("message", this.#onHealth);
      // What went wrong is the copy's own connections' to report; here it only means no readings.
      worker.on("error", () => undefined);
      worker.on("exit", () => this.#startLater());
      this.#worker = worker;
    } catch {
      this.#startLater();
    }
  }

  #startLater(): void {
    if (!this.#stopped) setTimeout(() => void this.#start(), RETRY_MS).unref();
  }
}

/**
 * What this process loads before its program, as a machine's own network: the thread connects as it does. But for the
 * loader of TypeScript, which the thread does not need, and which keeps the process from ending.
 */
function preloaded(): string[] {
  const options = process.execArgv.map((option, at, all) =>
    all[at - 1] === "--import" ? `--import=${option}` : option,
  );
  return options.filter((option) => option.startsWith("--import=") && !/\btsx\b/.test(option));
}

async function resolved({ lookup, admit: _, ...address }: RedisAddress): Promise<ResolvedAddress> {
  const host = await new Promise<string>((resolve, reject) => {
    (lookup ?? systemLookup)(address.host, { all: false, family: 0 }, (error, found) => {
      if (error) reject(error);
      else resolve(typeof found === "string" ? found : found[0]!.address);
    });
  });
  return { ...address, host };
}
