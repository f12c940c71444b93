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
  /** Columns and what to write into them. */
  #change: Readonly<Record<string, string>> = {};
  #waiting: Waiting[] = [];
  #writing = false;
  /** Why nothing is written any more. */
  #over: Error | undefined;
  #hurry: () => void = () => undefined;

  constructor(line: EngineLine, job: string, attempt: number, onFenced: () => void) {
    this.#line = line;
    this.#job = job;
    this.#attempt = attempt;
    this.#onFenced = onFenced;
  }

  /** Soon, unless something newer comes before. Throws where it is no JSON. */
  tell(change: JobChange): void {
    this.#change = { ...this.#change, ...columnsOf(change) };
    this.#write();
  }

  /** At once; resolves when it is durable. Who does not wait for that need not listen to its rejection either. */
  save(change: JobChange): Promise<void> {
    const saved = this.#saved(change);
    saved.catch(() => undefined);
    return saved;
  }

  /** Somebody else has the job. */
  fence(): void {
    if (this.#over) return;
    this.#giveUp(new DOMException("Another mover has this job.", "AbortError"));
    this.#onFenced();
  }

  #saved(change: JobChange): Promise<void> {
    if (this.#over) return Promise.reject(this.#over);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.tell(change);
      this.#hurry();
    });
  }

  #write(): void {
    if (this.#writing || this.#over) return;
    this.#writing = true;
    this.#writeAll().catch((error: Error) => this.#giveUp(error));
  }

  async #writeAll(): Promise<void> {
    while (!this.#over && Object.keys(this.#change).length > 0) {
      if (!(await this.#line.persist((db) => this.#writeNewest(db)))) return this.fence();
      const hurried = new Promise<void>((resolve) => (this.#hurry = resolve));
      if (this.#waiting.length === 0) await firstOf(hurried, TELL_EVERY_MS);
    }
    this.#writing = false;
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

  #giveUp(reason: Error): void {
    this.#over = reason;
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}

function columnsOf(change: JobChange): Record<string, string> {
  const columns = Object.entries(change) as [string, JobChange[keyof JobChange]][];
  return Object.fromEntries(
    columns.map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Changes a job's row under its fence, and tells whoever watches it. False when another mover has it. */
async function updateJob(
  db: Queryable,
  job: string,
  attempt: number,
  change: Readonly<Record<string, string>>,
): Promise<boolean> {
  const sets = Object.keys(change).map((name, i) => `${name} = $${i + 3}`);
  const { rowCount } = await db.query(
    `with changed as (
       update godwit.jobs set ${sets.join(", ")}, updated_at = clock_timestamp()
       where job = $1 and attempt = $2 returning job)
     select pg_notify('${JOBS_CHANNEL}', job) from changed`,
    [job, attempt, ...Object.values(change)],
  );
  return rowCount === 1;
}
