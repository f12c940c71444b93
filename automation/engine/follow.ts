import pg from "pg";
import type { ChainedEvent } from "../evidence/chain.ts";
import type { Progress } from "../step.ts";
import type { Database } from "./database.ts";
import { readEvents } from "./events.ts";
import { getRun, type Run } from "./runs.ts";

const LOOK_EVERY_MS = 1_000;

export interface Follower {
  event(event: ChainedEvent): void;
  progress(step: string, progress: Progress): void;
}

/**
 * Tells what happens in a run, wherever it is driven, until `until` is satisfied; returns the run as it is then.
 * Looks when the database notifies, and once a second in case a notification was lost.
 */
export async function followRun(
  db: Database,
  runId: string,
  follower: Follower,
  until: (run: Run) => boolean,
  after = -1,
): Promise<Run> {
  const listener = new pg.Client({ connectionString: db.url });
  let wakeUp: (() => void) | undefined;
  listener.on("notification", ({ payload }) => payload === runId && wakeUp?.());
  listener.on("error", () => undefined);
  await listener.connect();
  try {
    await listener.query("listen godwit");
    let seen = after;
    for (;;) {
      const notified = new Promise<void>((resolve) => (wakeUp = resolve));
      // The run first: its last events are then already there to be told.
      const run = await getRun(db, runId);
      for (const event of await readEvents(db, runId, seen)) {
        follower.event(event);
        seen = event.seq;
      }
      if (run.progress && run.step) follower.progress(run.step, run.progress);
      if (until(run)) return run;
      await firstOf(notified, LOOK_EVERY_MS);
    }
  } finally {
    await listener.end();
  }
}

async function firstOf(notified: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const later = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([notified, later]);
  clearTimeout(timer);
}
