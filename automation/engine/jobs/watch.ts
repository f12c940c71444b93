import type { Clock } from "../../clock.ts";
import type { Database } from "../database.ts";
import { forsakenError } from "./errors.ts";
import { getJob, isInFlight, JOBS_CHANNEL, requestStop, withdrawJob, type JobRow } from "./rows.ts";
import { untilFound } from "../notified.ts";

/** How long a job may be without a living mover: longer than a machine takes to start, or to be replaced. */
const FORSAKEN_AFTER_MS = 10 * 60_000;

/** The driver's eye on its mover's jobs. */
export class JobWatch {
  readonly #db: Database;
  readonly #deadlineMs: number;
  /** Since when a job has been without a living mover, by its id. */
  readonly #alone = new Map<string, number>();

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#deadlineMs = clock.deadline(FORSAKEN_AFTER_MS);
  }

  /** Looks at a job whenever it changes, until `find` gives something. */
  async until<T>(
    job: string,
    find: (row: JobRow) => Promise<T | undefined>,
    signal?: AbortSignal,
  ): Promise<T> {
    const about = { channel: JOBS_CHANNEL, about: job, ...(signal && { signal }) };
    return await untilFound(this.#db.url, about, async () => find(await getJob(this.#db, job)));
  }

  /** Throws when no living mover has had the job for longer than the deadline. */
  refuseForsaken(row: JobRow): void {
    if (this.#isForsaken(row))
      throw forsakenError(row.job, row.status === "running", this.#deadlineMs);
  }

  /** Ends a job and resolves when it has ended. One that no living mover executes is withdrawn. */
  async end(job: string): Promise<JobRow> {
    await requestStop(this.#db, job);
    return await this.until(job, async (row) => {
      if (!isInFlight(row)) return row;
      if (row.status === "queued" || this.#isForsaken(row)) await withdrawJob(this.#db, job);
      return undefined;
    });
  }

  #isForsaken(row: JobRow): boolean {
    if (row.attended || !isInFlight(row)) {
      this.#alone.delete(row.job);
      return false;
    }
    const since = this.#alone.get(row.job) ?? Date.now();
    this.#alone.set(row.job, since);
    return Date.now() - since > this.#deadlineMs;
  }
}
