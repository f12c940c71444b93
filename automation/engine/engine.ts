import { randomBytes } from "node:crypto";
import { DBOS, DBOSClient } from "@dbos-inc/dbos-sdk";
import pg from "pg";
import { refusal } from "../errors.ts";
import type { RunEnvironment } from "../environment.ts";
import type { Runbook } from "../step.ts";
import { lostDatabase, type Database } from "./database.ts";
import { isHeld, takeLock } from "./locks.ts";
import { liveRun, Steering, type LiveRun } from "./liveRun.ts";
import { quietLogger } from "./logger.ts";
import { claimRun, getRun, updateRun, type Run, type RunParams } from "./runs.ts";
import { drive, leave, WAKE, type Ending } from "./workflow.ts";

/**
 * Number of the engine's own protocol. Workflows are recovered only by an engine of the same number, so raise
 * it when `workflow.ts` changes what it records.
 */
const ENGINE_PROTOCOL = "godwit-1";
const QUEUE = "runs";
const NAME = "godwit";
/** Lock that every worker shares, so that one look tells whether there is any. */
const ANY_WORKER = "any worker";

/** What the engine cannot know by itself: the runbooks, and where a run happens. */
export interface Host {
  runbook(name: string): Promise<Runbook>;
  environment(params: RunParams): Promise<RunEnvironment>;
}

let current: Engine | undefined;
const runWorkflow = DBOS.registerWorkflow(
  async (run: string) => await drive(await current!.open(run)),
  { name: "run" },
);
const leaveWorkflow = DBOS.registerWorkflow(
  async (run: string, control: "abort" | "rollback") =>
    await leave(await current!.open(run), control),
  { name: "leave" },
);

/** The process that executes runs. There is one per executor name, under a lock it holds for life. */
export class Engine {
  readonly executor: string;
  readonly #db: Database;
  readonly #host: Host;
  readonly #lock: pg.Client;
  /** Rejects when the database that holds the lock goes away: nothing this process does counts any more. */
  readonly #lost: Promise<never>;
  readonly #live = new Map<string, Steering>();

  private constructor(db: Database, host: Host, executor: string, lock: pg.Client) {
    this.#db = db;
    this.#host = host;
    this.executor = executor;
    this.#lock = lock;
    this.#lost = new Promise((_, reject) => {
      lock.on("error", (error) => reject(lostDatabase(error)));
    });
    this.#lost.catch(() => undefined);
  }

  /**
   * Starts executing. A `worker` takes runs from the queue and goes on with those its predecessor of the same
   * name left; any other engine does only what it is told.
   */
  static async launch(
    db: Database,
    host: Host,
    options: { worker?: string } = {},
  ): Promise<Engine> {
    const executor = options.worker ?? `driver-${randomBytes(6).toString("hex")}`;
    const lock = await lockFor(db, executor, options.worker !== undefined);
    const engine = new Engine(db, host, executor, lock);
    current = engine;
    DBOS.setConfig({
      name: NAME,
      systemDatabaseUrl: db.url,
      systemDatabasePoolSize: 5,
      applicationVersion: ENGINE_PROTOCOL,
      executorID: executor,
      listenQueues: options.worker ? [QUEUE] : [],
      logger: quietLogger,
    });
    await DBOS.launch();
    await DBOS.registerQueue(QUEUE, { minPollingIntervalMs: 100, onConflict: "always_update" });
    await engine.#listen();
    return engine;
  }

  /**
   * Starts or goes on with a run in this process. Resolves when it has ended, or with nothing when another process
   * drives it.
   */
  async drive(run: string): Promise<Ending | undefined> {
    const workflow = await this.#takeOver(run);
    if (!workflow) return undefined;
    const handle = await DBOS.startWorkflow(runWorkflow, { workflowID: workflow })(run);
    return await Promise.race([handle.getResult(), this.#lost]);
  }

  /**
   * Undoes an ended run in this process. Resolves when that has ended, or with nothing when another process drives
   * it.
   */
  async leave(run: string, control: "abort" | "rollback"): Promise<Ending | undefined> {
    const workflow = await this.#takeOver(run);
    if (!workflow) return undefined;
    const handle = await DBOS.startWorkflow(leaveWorkflow, { workflowID: workflow })(run, control);
    return await Promise.race([handle.getResult(), this.#lost]);
  }

  /** The run as this process drives it; called by the workflows. */
  async open(run: string): Promise<LiveRun> {
    const { params } = await getRun(this.#db, run);
    const runbook = await this.#host.runbook(params.runbook);
    const environment = await this.#host.environment(params);
    const steering = new Steering();
    this.#live.set(run, steering);
    await updateRun(this.#db, run, { executor: this.executor });
    return liveRun(this.#db, params, runbook, environment, this.executor, steering);
  }

  /** Lets every step in flight go; the runs stay as they are for `resume`. */
  interrupt(): void {
    for (const steering of this.#live.values()) steering.interrupt();
  }

  async close(): Promise<void> {
    await DBOS.shutdown();
    await this.#lock.end();
    current = undefined;
  }

  /** Of two processes that both found a run without a driver, one gets it. */
  async #takeOver(runId: string): Promise<string | undefined> {
    const run = await getRun(this.#db, runId);
    if (run.executor !== this.executor && (await isDriven(this.#db, run.executor)))
      return undefined;
    const next = workflowAfter(run);
    if (!(await claimRun(this.#db, run, next, this.executor))) return undefined;
    if (run.workflow) await DBOS.cancelWorkflow(run.workflow);
    return next;
  }

  /** Aborting a run must not wait for the step in flight to finish by itself. */
  async #listen(): Promise<void> {
    this.#lock.on("notification", ({ payload }) => {
      // A database that does not answer is noticed by the lock itself.
      this.#look(payload ?? "").catch(() => undefined);
    });
    await this.#lock.query("listen godwit");
  }

  async #look(run: string): Promise<void> {
    const steering = this.#live.get(run);
    if (!steering) return;
    const { control } = await getRun(this.#db, run);
    if (control === "abort" || control === "rollback") steering.letGo();
  }
}

/** Whether the process that drives a run is alive: it holds the lock of its name. */
export async function isDriven(db: Database, executor: string | null): Promise<boolean> {
  if (executor === null) return false;
  return await isHeld(db.pool, executor);
}

/** Whether any worker is alive on this database. */
export async function hasWorker(db: Database): Promise<boolean> {
  return await isDriven(db, ANY_WORKER);
}

/** Makes a run that waits look at the store again, wherever it is driven. */
export async function wake(db: Database, run: string): Promise<void> {
  const { workflow } = await getRun(db, run);
  if (!workflow) return;
  await withClient(db, (client) => client.send(workflow, null, WAKE));
}

/** Hands a run to the workers of a shared database; whoever was to drive it before does not any more. */
export async function enqueue(db: Database, runId: string): Promise<void> {
  const run = await getRun(db, runId);
  const workflowID = workflowAfter(run);
  if (!(await claimRun(db, run, workflowID, null))) return;
  const options = {
    queueName: QUEUE,
    workflowName: "run",
    workflowID,
    appVersion: ENGINE_PROTOCOL,
  };
  await withClient(db, async (client) => {
    if (run.workflow) await client.cancelWorkflow(run.workflow);
    await client.enqueue(options, runId);
  });
}

/** A run's workflows are numbered: one for each time that it was taken up. */
function workflowAfter({ run, workflow }: Run): string {
  return `${run}#${Number(workflow?.split("#")[1] ?? 0) + 1}`;
}

async function withClient<T>(db: Database, work: (client: DBOSClient) => Promise<T>): Promise<T> {
  const client = await DBOSClient.create({
    systemDatabaseUrl: db.url,
    systemDatabasePoolSize: 2,
    applicationName: NAME,
    logger: quietLogger,
  });
  try {
    return await work(client);
  } finally {
    await client.destroy();
  }
}

async function lockFor(db: Database, executor: string, isWorker: boolean): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  if (isWorker)
    await client.query("select pg_advisory_lock_shared(hashtext('godwit'), hashtext($1))", [
      ANY_WORKER,
    ]);
  if (await takeLock(client, executor)) return client;
  await client.end();
  throw refusal(
    "worker-exists",
    `A worker named ${executor} is already at work on this database.`,
    "Give this one another name with --name.",
  );
}
