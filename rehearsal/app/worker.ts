import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { JobQueue } from "./jobs.ts";
import type { Log } from "./log.ts";

/** Short enough that a worker asked to stop does so soon, without breaking off a blocking take. */
const TAKE_SECONDS = 0.5;
const RETRY_AFTER_MS = 200;
const SIGN_OF_LIFE_EVERY_MS = 3_000;

/** Takes jobs one after the other, blocking on the queue, until stopped. */
export class Worker {
  readonly name: string;
  readonly #connection: Redis;
  readonly #jobs: JobQueue;
  readonly #log: Log;
  #stopping = false;
  #ended: Promise<void> = Promise.resolve();
  #lastSignOfLife = 0;

  constructor(name: string, connection: Redis, jobs: JobQueue, log: Log) {
    this.name = name;
    this.#connection = connection;
    this.#jobs = jobs;
    this.#log = log;
  }

  start(): void {
    this.#ended = this.#work();
  }

  /** Takes no further job; the one in hand is finished or given back. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#ended;
    await this.#jobs.giveBack(this.name).catch((error: Error) => {
      this.#log.error("Redis refused the jobs in hand; another worker will reclaim them", {
        worker: this.name,
        error: error.message,
      });
    });
    this.#connection.disconnect();
  }

  async #work(): Promise<void> {
    let recovering = false;
    while (!this.#stopping) {
      try {
        if (recovering) await this.#recover();
        recovering = false;
        await this.#keepAlive();
        await this.#doNext();
      } catch (error) {
        if (this.#stopping) return;
        this.#log.error("Redis command of a worker failed", {
          worker: this.name,
          error: (error as Error).message,
        });
        recovering = true;
        await pause(RETRY_AFTER_MS);
      }
    }
  }

  /** A lost answer may have been a job: whatever is in hand now, this worker knows nothing of. */
  async #recover(): Promise<void> {
    const given = await this.#jobs.giveBack(this.name);
    if (given > 0) this.#log.warn("returned jobs to the queue", { worker: this.name, jobs: given });
    this.#lastSignOfLife = 0;
  }

  async #keepAlive(): Promise<void> {
    if (Date.now() - this.#lastSignOfLife < SIGN_OF_LIFE_EVERY_MS) return;
    await this.#jobs.signOfLife(this.name);
    this.#lastSignOfLife = Date.now();
    const reclaimed = await this.#jobs.reclaim();
    if (reclaimed > 0) this.#log.warn("reclaimed jobs of a lost worker", { jobs: reclaimed });
  }

  async #doNext(): Promise<void> {
    const job = await this.#jobs.take(this.#connection, this.name, TAKE_SECONDS);
    if (job === null || this.#stopping) return;
    if (!(await this.#jobs.finish(this.name, job))) {
      this.#log.warn("a job in hand had been reclaimed", { worker: this.name });
    }
  }
}
