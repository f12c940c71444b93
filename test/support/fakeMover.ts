import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { clockOf, type Clock } from "../../automation/clock.ts";
import type { Database } from "../../automation/engine/database.ts";
import type { EngineAddress } from "../../automation/engine/engineSecret.ts";
import { moverFor } from "../../automation/engine/jobs.ts";
import { MoverProcess } from "../../automation/engine/mover.ts";
import { createRun } from "../../automation/engine/runs.ts";
import type { Mover, Progress } from "../../automation/step.ts";
import { fakeRunbook } from "./fakeJobs.ts";
import { fakeParams } from "./fakeRunbook.ts";
import { temporaryFolder } from "./temporaryFolder.ts";

/** What a test can choose of an execution that uses the mover. */
export interface Execution {
  readonly name?: string;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  progress?(progress: Progress): void;
  announce?(): Promise<void>;
}

/** A run with a folder for the effects of its jobs, and movers for it in this process. */
export class RunWithMover {
  readonly db: Database;
  readonly run: string;
  readonly folder: string;
  readonly logged: string[] = [];
  readonly #ends: (() => Promise<void>)[] = [];

  constructor(db: Database, run: string, folder = temporaryFolder("effects")) {
    this.db = db;
    this.run = run;
    this.folder = folder;
  }

  static async create(db: Database): Promise<RunWithMover> {
    const params = fakeParams();
    await createRun(db, params, params.stack);
    return new RunWithMover(db, params.run);
  }

  /** What a step has in `ctx.mover`; another one each time that it runs. */
  mover(execution: Execution = {}): Mover {
    return moverFor({
      db: this.db,
      run: this.run,
      name: "step",
      clock: clockOf(1),
      environment: { env: {}, workDir: "/", clockFactor: 1 },
      signal: new AbortController().signal,
      progress: () => undefined,
      announce: () => Promise.resolve(),
      ...execution,
    });
  }

  /** Starts a mover; resolves to what shuts it down. */
  serve(engine: () => EngineAddress | undefined = () => this.address): () => Promise<void> {
    const ending = new AbortController();
    const process = new MoverProcess({
      env: { PLACE: "mover" },
      engine: () => Promise.resolve(engine()),
      runbook: () => fakeRunbook(this.folder),
      log: (line) => this.logged.push(line),
    });
    const served = process.serve(ending.signal);
    const end = async () => {
      ending.abort();
      await served;
    };
    this.#ends.push(end);
    return end;
  }

  get address(): EngineAddress {
    return { database: this.db.url, run: this.run };
  }

  /** Lets jobs go on that wait for this file. */
  write(file: string): void {
    writeFileSync(join(this.folder, file), "");
  }

  /** The run's jobs as they stand in the database, oldest first. */
  async jobs(): Promise<Record<string, unknown>[]> {
    const { rows } = await this.db.pool.query<Record<string, unknown>>(
      "select * from godwit.jobs where run = $1 order by created_at",
      [this.run],
    );
    return rows;
  }

  /** How many wait for a job, in any process. */
  async waiting(): Promise<number> {
    const query = "select from pg_stat_activity where query = 'listen godwit_jobs'";
    return (await this.db.pool.query(query)).rowCount ?? 0;
  }

  async end(): Promise<void> {
    await Promise.all(this.#ends.map((end) => end()));
  }
}
