import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { failure } from "../errors.ts";
import type { Job, Runbook } from "../step.ts";
import { EngineLine } from "./mover/line.ts";
import type { EngineAddress } from "./engineSecret.ts";
import type { Queryable } from "./locks.ts";
import { MoverJob } from "./mover/job.ts";
import { MoverLink } from "./mover/link.ts";
import { claimJobs, openQuestions, standings, type ClaimedJob } from "./mover/rows.ts";
import { firstOf } from "./notified.ts";

const LOOK_EVERY_MS = 1_000;
/** A driver on another database than the one that is listened to can only write the secret. */
const READ_SECRET_EVERY_MS = 30_000;
/** Less than systemd waits before it kills. */
const LET_GO_WITHIN_MS = 20_000;

/** What a mover cannot know by itself. */
export interface MoverHost {
  readonly env: Readonly<Record<string, string>>;
  /** Where its engine is; undefined while nobody has said. */
  engine(): Promise<EngineAddress | undefined>;
  runbook(name: string): Promise<Runbook>;
  log(line: string): void;
}

/** The process in the target's network that executes the jobs of one run at a time. */
export class MoverProcess {
  readonly #name = `mover-${randomBytes(6).toString("hex")}`;
  readonly #host: MoverHost;
  readonly #closing = new AbortController();
  readonly #line = new EngineLine(this.#closing.signal, (error) => this.#say(reasonOf(error)));
  readonly #jobs = new Map<string, MoverJob>();
  #said = "";

  constructor(host: MoverHost) {
    this.#host = host;
  }

  /** Executes jobs until `signal` is aborted; what is in flight then is left to the next mover. */
  async serve(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#serveOnce(signal).catch((error: unknown) => this.#say(reasonOf(error)));
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
    this.#closing.abort();
  }

  /** Until the engine is lost, or another one is named. */
  async #serveOnce(signal: AbortSignal): Promise<void> {
    const engine = await this.#host.engine();
    if (!engine) return this.#say("Waiting to be told where the engine is.");
    const link = await MoverLink.open(engine.database, this.#name);
    const wake = () => link.wake();
    signal.addEventListener("abort", wake);
    try {
      const jobOf = await this.#jobsOf(link.pool, engine.run);
      for (const job of this.#jobs.values()) if (job.run !== engine.run) job.leave();
      this.#line.connect(link.pool);
      this.#say(`Executing the jobs of run ${engine.run}.`);
      const isStill = watchSecret(this.#host, engine);
      while (!signal.aborted && isStill(link.takeAnnounced())) {
        const notified = link.notified();
        await this.#look(link, engine.run, jobOf);
        await firstOf(notified, LOOK_EVERY_MS);
      }
      await this.#letGo();
    } finally {
      signal.removeEventListener("abort", wake);
      this.#line.disconnect();
      await link.close();
    }
  }

  async #look(link: MoverLink, run: string, jobOf: (name: string) => Job): Promise<void> {
    await link.check();
    await this.#heed(link.pool);
    if (!link.isLocked) return;
    for (const claimed of await claimJobs(link.pool, run, this.#name, [...this.#jobs.keys()]))
      this.#begin(run, claimed, jobOf(claimed.name));
  }

  /** Compares what is in memory with the database, which may have been away. */
  async #heed(db: Queryable): Promise<void> {
    const ids = [...this.#jobs.keys()];
    if (ids.length === 0) return;
    const rows = new Map((await standings(db, ids)).map((row) => [row.job, row]));
    const questions = await openQuestions(db, ids);
    for (const [id, job] of this.#jobs) {
      job.heed(rows.get(id));
      job.put(questions.filter((question) => question.job === id));
    }
  }

  #begin(run: string, claimed: ClaimedJob, work: Job): void {
    const { env, log } = this.#host;
    const job = new MoverJob(claimed, work, { run, env, log, line: this.#line });
    this.#jobs.set(claimed.job, job);
    void job.ended.then(() => this.#jobs.delete(claimed.job));
  }

  /** Lets every job go. They stay claimable, with what they saved last. */
  async #letGo(): Promise<void> {
    const jobs = [...this.#jobs.values()];
    for (const job of jobs) job.leave();
    const gone = Promise.all(jobs.map(({ ended }) => ended)).then(() => undefined);
    await firstOf(gone, LET_GO_WITHIN_MS);
  }

  /** The work behind a job's name. A mover of another make than the run fails what it is given. */
  async #jobsOf(db: Queryable, run: string): Promise<(name: string) => Job> {
    const { rows } = await db.query<{ runbook: string; version: number }>(
      "select runbook, version from godwit.runs where run = $1",
      [run],
    );
    if (!rows[0]) throw new Error(`the engine's database has no run ${run}`);
    const { runbook: name, version } = rows[0];
    const runbook = await this.#host.runbook(name);
    return (job) => {
      const work = runbook.version === version ? runbook.jobs?.[job] : undefined;
      return work ?? (() => Promise.reject(otherMake(runbook, job, version)));
    };
  }

  /** Says what has changed, once. */
  #say(line: string): void {
    if (line !== this.#said) this.#host.log(line);
    this.#said = line;
  }
}

/**
 * Tells whether the secret still names the same engine and run, as far as it could be read last: now and then, and
 * when the caller is in a hurry.
 */
function watchSecret(host: MoverHost, engine: EngineAddress): (hurry: boolean) => boolean {
  let read = Date.now();
  let isStill = true;
  const compare = (now: EngineAddress | undefined) => {
    isStill = now?.database === engine.database && now.run === engine.run;
  };
  return (hurry) => {
    if (hurry || Date.now() - read > READ_SECRET_EVERY_MS) {
      read = Date.now();
      host.engine().then(compare, () => undefined);
    }
    return isStill;
  };
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return `The engine cannot be reached: ${message || code || "no reason given"}.`;
}

function otherMake({ name, version }: Runbook, job: string, wanted: number) {
  return failure(
    "other-mover",
    `The mover has version ${version} of ${name}, the run asks for job ${job} of version ${wanted}.`,
    "",
    "Give the mover the run's own version of godwit: bring the stack up again, which replaces it.",
  );
}
