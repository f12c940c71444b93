import type { Facts, Progress } from "../../step.ts";
import type { EngineLine } from "./line.ts";
import type { StoredError } from "../jobs/errors.ts";
import { JOBS_CHANNEL, type JobStatus } from "../jobs/rows.ts";
import type { Queryable } from "../locks.ts";
import { firstOf } from "../notified.ts";

/** Longest time that what is told, but need not be durable, stays in memory. */
const TELL_EVERY_MS = 100;

export interface JobChange {
  readonly progress?: Progress;
  readonly state?: Facts;
  readonly checkpoint?: Facts;
  readonly result?: Facts;
  readonly error?: StoredError;
  readonly status?: JobStatus;
}

interface Waiting {
  resolve(): void;
  reject(reason: unknown): void;
}

/**
 * Writes what a job tells into its row: only the newest of each, and one write at a time. While the database is
 * away it waits with it. Writes nothing any more once somebody else has the job.
 */
export class JobWriter {
  readonly #line: EngineLine;
  readonly #job: string;
  readonly #attempt: number;
  readonly #onFenced: () => void;
  #change: JobChange = {};
  #waiting: Waiting[] = [];
  #writing = false;
  #fenced = false;
  #hurry: () => void = () => undefined;

  constructor(line: EngineLine, job: string, attempt: number, onFenced: () => void) {
    this.#line = line;
    this.#job = job;
    this.#attempt = attempt;
    this.#onFenced = onFenced;
  }

  /** Soon, unless something newer comes before. */
  tell(change: JobChange): void {
    this.#change = { ...this.#change, ...change };
    this.#write();
  }

  /** At once; resolves when it is durable. Who does not wait for that need not listen to its rejection either. */
  save(change: JobChange): Promise<void> {
    const saved = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    saved.catch(() => undefined);
    this.tell(change);
    this.#hurry();
    return saved;
  }

  /** Somebody else has the job. */
  fence(): void {
    if (this.#fenced) return;
    this.#fenced = true;
    this.#giveUp(new DOMException("Another mover has this job.", "AbortError"));
    this.#onFenced();
  }

  #write(): void {
    if (this.#writing) return;
    this.#writing = true;
    this.#writeAll().then(
      () => (this.#writing = false),
      (error: unknown) => this.#giveUp(error),
    );
  }

  async #writeAll(): Promise<void> {
    while (!this.#fenced && Object.keys(this.#change).length > 0) {
      if (!(await this.#line.persist((db) => this.#writeNewest(db)))) return this.fence();
      const hurried = new Promise<void>((resolve) => (this.#hurry = resolve));
      if (this.#waiting.length === 0) await firstOf(hurried, TELL_EVERY_MS);
    }
  }

  /** False when the row is somebody else's. */
  async #writeNewest(db: Queryable): Promise<boolean> {
    const [change, waiting] = [this.#change, this.#waiting];
    [this.#change, this.#waiting] = [{}, []];
    let isOurs = false;
    try {
      isOurs = await updateJob(db, this.#job, this.#attempt, change);
      return isOurs;
    } finally {
      if (isOurs) {
        for (const { resolve } of waiting) resolve();
      } else {
        // What has been told meanwhile is newer.
        this.#change = { ...change, ...this.#change };
        this.#waiting = [...waiting, ...this.#waiting];
      }
    }
  }

  #giveUp(reason: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}

/** Changes a job's row under its fence, and tells whoever watches it. False when another mover has it. */
async function updateJob(
  db: Queryable,
  job: string,
  attempt: number,
  change: JobChange,
): Promise<boolean> {
  const sets = Object.keys(change).map((name, i) => `${name} = $${i + 3}`);
  const values = Object.values(change).map((value) =>
    typeof value === "string" ? value : JSON.stringify(value),
  );
  const { rowCount } = await db.query(
    `with changed as (
       update godwit.jobs set ${sets.join(", ")}, updated_at = clock_timestamp()
       where job = $1 and attempt = $2 returning job)
     select pg_notify('${JOBS_CHANNEL}', job) from changed`,
    [job, attempt, ...values],
  );
  return rowCount === 1;
}
