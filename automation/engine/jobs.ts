import type { Clock } from "../clock.ts";
import type { RunEnvironment } from "../environment.ts";
import { refusal } from "../errors.ts";
import type { Facts, Mover, Progress } from "../step.ts";
import type { Database } from "./database.ts";
import { endedJob, noSuchJob, revivedError, stoppedError } from "./jobs/errors.ts";
import {
  callsInFlight,
  isInFlight,
  jobInFlight,
  queueJob,
  startedJob,
  type JobKey,
  type JobRow,
} from "./jobs/rows.ts";
import { JobWatch } from "./jobs/watch.ts";
import { getQuestion, putQuestion, withdrawQuestion } from "./jobs/questions.ts";

/** Who uses a run's mover, and what for. */
export interface Caller {
  readonly db: Database;
  readonly run: string;
  /** What waits for the results: a step's id, for its undo with `:undo` behind it. */
  readonly name: string;
  readonly clock: Clock;
  readonly environment: RunEnvironment;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
  /** Tells the mover where its engine is. */
  announce(): Promise<void>;
}

/**
 * The run's mover as a step sees it.
 *
 * A called job belongs to its step, to whether that runs or is undone, and to the number of the call among those of
 * the same name. When a step runs again after an interruption, it makes the same call: it joins the job while that
 * is in flight with the same parameters, and ends one with other parameters before it starts its own. A job that has
 * ended is never joined: what it found may not be so any more, and one that failed or was stopped has to be done
 * anew. So a job must do no harm when it is done again, and one that is joined may have begun before the calls that
 * its step has made since. When a call rejects, its job has ended too, or will not be executed any further.
 */
export function moverFor(caller: Caller): Mover {
  return new JobClient(caller);
}

/** Where there is no run there is no mover. */
export const noMover: Mover = {
  call: async () => refuseMover(),
  start: async () => refuseMover(),
  state: async () => refuseMover(),
  ask: async () => refuseMover(),
  stop: async () => refuseMover(),
};

/** Ends what an interrupted execution has left in flight; resolves when nothing of it goes on. */
export async function endCalls(db: Database, run: string, caller: string, clock: Clock) {
  const watch = new JobWatch(db, clock);
  const left = await callsInFlight(db, run, caller);
  await Promise.all(left.map(({ job }) => watch.end(job)));
}

class JobClient implements Mover {
  readonly #caller: Caller;
  readonly #watch: JobWatch;
  readonly #calls = new Map<string, number>();

  constructor(caller: Caller) {
    this.#caller = caller;
    this.#watch = new JobWatch(caller.db, caller.clock);
  }

  async call(name: string, params: Facts): Promise<Facts> {
    // Before anything is waited for: calls that are made at once are counted in their order.
    const call = (this.#calls.get(name) ?? 0) + 1;
    this.#calls.set(name, call);
    const { run, name: caller, signal } = this.#caller;
    signal.throwIfAborted();
    await this.#caller.announce();
    const job = await this.#begin({ run, name, caller, call }, params);
    return outcome(await this.#ended(job));
  }

  async start(name: string, params: Facts): Promise<void> {
    await this.#caller.announce();
    await this.#begin({ run: this.#caller.run, name, caller: "", call: 0 }, params);
  }

  async state(name: string): Promise<Facts | undefined> {
    await this.#caller.announce();
    const row = await this.#started(name);
    if (row.error) throw revivedError(row.error);
    this.#watch.refuseForsaken(row);
    return row.state ?? undefined;
  }

  async ask(name: string, question: string, facts: Facts = {}): Promise<Facts> {
    const { db, signal } = this.#caller;
    await this.#caller.announce();
    const { job } = await this.#started(name);
    const number = await putQuestion(db, job, question, facts);
    try {
      return await this.#watch.until(job, (row) => this.#answerTo(row, number), signal);
    } catch (error) {
      await withdrawQuestion(db, job, number);
      throw error;
    }
  }

  async stop(name: string): Promise<Facts | undefined> {
    const row = await startedJob(this.#caller.db, this.#caller.run, name);
    if (!row) return undefined;
    if (!isInFlight(row)) return row.result ?? undefined;
    await this.#caller.announce();
    return (await this.#watch.end(row.job)).result ?? undefined;
  }

  async #started(name: string): Promise<JobRow> {
    const { db, run } = this.#caller;
    const row = await startedJob(db, run, name);
    if (!row) throw noSuchJob(run, name);
    return row;
  }

  /** The id of the job with this key and these parameters, which is in flight or has just been queued. */
  async #begin(key: JobKey, params: Facts): Promise<string> {
    const { db, environment } = this.#caller;
    for (;;) {
      const row = await jobInFlight(db, key, params);
      if (row?.same && !row.stopRequested) return row.job;
      if (row) await this.#watch.end(row.job);
      const queued = await queueJob(db, key, params, environment.clockFactor);
      if (queued !== undefined) return queued;
    }
  }

  async #ended(job: string): Promise<JobRow> {
    let told = "";
    try {
      return await this.#watch.until(
        job,
        async (row) => {
          const { progress } = row;
          const text = JSON.stringify(progress);
          if (progress && text !== told) this.#caller.progress(progress);
          told = text;
          if (!isInFlight(row)) return row;
          this.#watch.refuseForsaken(row);
          return undefined;
        },
        this.#caller.signal,
      );
    } catch (error) {
      // A database that is lost cannot be told; then the job is joined by the step's next attempt.
      await this.#watch.end(job).catch(() => undefined);
      throw error;
    }
  }

  async #answerTo(row: JobRow, number: number): Promise<Facts | undefined> {
    const { answer, error } = await getQuestion(this.#caller.db, row.job, number);
    if (error ?? row.error) throw revivedError((error ?? row.error)!);
    if (answer) return answer;
    if (!isInFlight(row)) throw endedJob(row.job);
    this.#watch.refuseForsaken(row);
    return undefined;
  }
}

function outcome({ job, error, result }: JobRow): Facts {
  if (error) throw revivedError(error);
  if (result) return result;
  throw stoppedError(job);
}

function refuseMover(): never {
  throw refusal(
    "no-mover",
    "This needs the mover, which only a run has: it is built in the run's first step.",
    "Start the run, or name one that has been started.",
  );
}
