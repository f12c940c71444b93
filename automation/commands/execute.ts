import { getPriority, setPriority } from "node:os";
import type { Database } from "../engine/database.ts";
import { Engine, enqueue, hasWorker, isDriven } from "../engine/engine.ts";
import { followRun } from "../engine/follow.ts";
import { getRun, isLive, type Run } from "../engine/runs.ts";
import { BACKGROUND_NICENESS } from "../twin.ts";
import { exitCodes, type ExitCode } from "../errors.ts";
import { hostOf, type App } from "./context.ts";
import { finish } from "./finish.ts";
import { approveAtPrompt } from "./prompt.ts";

export type Doing = "drive" | "abort" | "rollback";

/**
 * Brings a run forward and tells what happens until it has ended or waits for a person. The run is driven where
 * it is driven already, else by a worker of a shared database, else in this process.
 */
export async function execute(
  app: App,
  db: Database,
  runId: string,
  doing: Doing,
): Promise<ExitCode> {
  const after = await lastEvent(db, runId);
  if (await isTakenElsewhere(db, runId, doing)) return await follow(app, db, runId, after);

  const { executor, params } = await getRun(db, runId);
  if (params.twin && getPriority() < BACKGROUND_NICENESS) setPriority(BACKGROUND_NICENESS);
  // Until a driver has taken it up, a run looks as it did when the last one left it.
  const isTakenUp = (run: Run) => run.executor !== executor;
  const engine = await Engine.launch(db, hostOf(app));
  const interruption = interruptible(() => engine.interrupt());
  try {
    const driving = doing === "drive" ? engine.drive(runId) : engine.leave(runId, doing);
    return await Promise.race([
      follow(app, db, runId, after, isTakenUp),
      interruption.happened.then(() => tellInterrupted(app, runId)),
      driving.then(() => new Promise<never>(() => undefined)),
    ]);
  } finally {
    interruption.dispose();
    await engine.close();
  }
}

/** Follows a run to its next rest and says where it rests. */
async function follow(
  app: App,
  db: Database,
  runId: string,
  after: number,
  isTakenUp: (run: Run) => boolean = () => true,
): Promise<ExitCode> {
  let seen = after;
  for (;;) {
    const run = await followRun(
      db,
      runId,
      {
        event: (event) => {
          seen = event.seq;
          app.io.event(event);
        },
        progress: (step, progress) => app.io.progress(step, progress),
      },
      (candidate) => candidate.status !== "running" && isTakenUp(candidate),
      seen,
    );
    if (!isLive(run)) return await finish(app, db, run);
    if (!(await approveAtPrompt(app, db, run))) return tellResting(app, run);
  }
}

/** Whether somebody else drives the run; hands it to the workers where there are any. */
async function isTakenElsewhere(db: Database, runId: string, doing: Doing): Promise<boolean> {
  const run = await getRun(db, runId);
  if (await isDriven(db, run.executor)) return true;
  if (doing !== "drive" || run.params.twin || !(await hasWorker(db))) return false;
  await enqueue(db, runId);
  return true;
}

async function lastEvent(db: Database, runId: string): Promise<number> {
  const { rows } = await db.pool.query<{ seq: number }>(
    "select coalesce(max(seq), -1) as seq from godwit.events where run = $1",
    [runId],
  );
  return rows[0]?.seq ?? -1;
}

function interruptible(act: () => void): { happened: Promise<void>; dispose(): void } {
  let handler: () => void = () => undefined;
  const happened = new Promise<void>((resolve) => {
    handler = () => {
      act();
      resolve();
    };
  });
  process.once("SIGINT", handler);
  process.once("SIGTERM", handler);
  return {
    happened,
    dispose: () => {
      process.off("SIGINT", handler);
      process.off("SIGTERM", handler);
    },
  };
}

function tellInterrupted(app: App, runId: string): ExitCode {
  app.io.say(
    `Interrupted. Run ${runId} stays where it is: the last finished step counts, nothing is lost. Use \`godwit resume ${runId}\` to go on or \`godwit abort ${runId}\` to leave it.`,
  );
  return exitCodes.interrupted;
}

function tellResting(app: App, run: Run): ExitCode {
  const { run: id, gate } = run;
  const how =
    run.status === "waiting"
      ? `Run ${id} waits at gate ${gate}. Approve it with \`godwit approve ${id} ${gate}\`, then \`godwit resume ${id}\`; or leave it with \`godwit abort ${id}\`.`
      : `Run ${id} is paused. Go on with \`godwit resume ${id}\`.`;
  app.io.result({ runbook: run.runbook, run: id, status: run.status, gate }, how);
  return exitCodes.waiting;
}
