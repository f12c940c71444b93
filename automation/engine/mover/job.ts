import { clockOf } from "../../clock.ts";
import type { Facts, Job, JobContext } from "../../step.ts";
import { Answers } from "./answers.ts";
import type { EngineLine } from "./line.ts";
import { storedError } from "../jobs/errors.ts";
import { JobWriter, type JobChange } from "./writer.ts";
import type { ClaimedJob, PutQuestion, Standing } from "./rows.ts";

export interface Surroundings {
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
  readonly line: EngineLine;
  log(line: string): void;
}

/** One job in the memory of the mover that executes it. */
export class MoverJob {
  /** Resolves when the job has let go and what became of it is durable, or somebody else's. */
  readonly ended: Promise<void>;
  readonly #claimed: ClaimedJob;
  readonly #around: Surroundings;
  readonly #writer: JobWriter;
  readonly #answers: Answers;
  readonly #controller = new AbortController();
  #stopped = false;
  /** What becomes of the job is not this mover's to say. */
  #left = false;

  constructor(claimed: ClaimedJob, job: Job, around: Surroundings) {
    this.#claimed = claimed;
    this.#around = around;
    this.#writer = new JobWriter(around.line, claimed.job, claimed.attempt, () => this.#lose());
    this.#answers = new Answers(around.line, claimed.attempt);
    if (claimed.stopRequested) this.#stop();
    this.ended = this.#execute(job);
  }

  get run(): string {
    return this.#around.run;
  }

  /** Compares with the database: ends where somebody else has the job, or it is to stop. */
  heed(standing: Standing | undefined): void {
    if (standing?.attempt !== this.#claimed.attempt) this.#writer.fence();
    else if (standing.stopRequested) this.#stop();
  }

  put(questions: readonly PutQuestion[]): void {
    this.#answers.put(questions);
  }

  /** The mover ends; its successor goes on with the job. */
  leave(): void {
    this.#left = true;
    this.#controller.abort();
  }

  #lose(): void {
    if (this.#left) return;
    this.#around.log(`Job ${this.#claimed.job} is somebody else's now: it stops here.`);
    this.leave();
  }

  #stop(): void {
    this.#stopped = true;
    this.#controller.abort();
  }

  async #execute(job: Job): Promise<void> {
    const { job: id, attempt } = this.#claimed;
    this.#around.log(`Job ${id} begins (attempt ${attempt}).`);
    const end = await this.#outcome(job);
    if (this.#left) return;
    this.#around.log(`Job ${id} has ${end.status}.${end.error ? ` ${end.error.what}` : ""}`);
    await this.#writer.save(end).catch(() => undefined);
  }

  async #outcome(job: Job): Promise<JobChange> {
    // Nobody waits for it, and an end before the beginning needs no work.
    if (this.#stopped) return { status: "stopped" };
    try {
      const result = asJson(await job(this.#context()));
      return { status: this.#stopped ? "stopped" : "succeeded", result };
    } catch (thrown) {
      if (this.#stopped && isAbort(thrown)) return { status: "stopped" };
      return { status: "failed", error: storedError(thrown) };
    }
  }

  #context(): JobContext {
    const { run, env } = this.#around;
    const { params, clockFactor, attempt, checkpoint } = this.#claimed;
    return {
      run,
      params,
      env,
      attempt,
      clock: clockOf(clockFactor),
      signal: this.#controller.signal,
      stopped: () => this.#stopped,
      checkpoint: checkpoint ?? undefined,
      save: (facts: Facts) => this.#writer.save({ checkpoint: facts }),
      progress: (progress) => this.#writer.tell({ progress }),
      publish: (state) => this.#writer.tell({ state }),
      answer: (questions) => this.#answers.offer(questions),
    };
  }
}

/** As it will be read again; throws here, where the job fails of it, what is no JSON. */
function asJson(facts: Facts): Facts {
  return JSON.parse(JSON.stringify(facts)) as Facts;
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "AbortError";
}
