import type { ChainedEvent } from "../evidence/chain.ts";
import type { Progress } from "../step.ts";
import type { Database } from "./database.ts";
import { readEvents } from "./events.ts";
import { untilFound } from "./notified.ts";
import { getRun, type Run } from "./runs.ts";

export interface Follower {
  event(event: ChainedEvent): void;
  progress(step: string, progress: Progress): void;
}

/** Tells what happens in a run, wherever it is driven, until `until` is satisfied; returns the run as it is then. */
export async function followRun(
  db: Database,
  runId: string,
  follower: Follower,
  until: (run: Run) => boolean,
  after = -1,
): Promise<Run> {
  let seen = after;
  return await untilFound(db.url, { channel: "godwit", about: runId }, async () => {
    // The run first: its last events are then already there to be told.
    const run = await getRun(db, runId);
    for (const event of await readEvents(db, runId, seen)) {
      follower.event(event);
      seen = event.seq;
    }
    if (run.progress && run.step) follower.progress(run.step, run.progress);
    return until(run) ? run : undefined;
  });
}
