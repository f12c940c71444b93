import { setTimeout as delay } from "node:timers/promises";
import type { RedisAddress } from "../../../transfer/redis/connection.ts";
import { LiveSync, type Tail } from "../../../transfer/redis/sync.ts";
import { readTask } from "./stdio.ts";

/** Our live copy, in a process of its own, until asked to end. */
export interface TailJob {
  readonly source: RedisAddress;
  readonly target: RedisAddress;
  readonly tail: Tail;
}

const LOOK_EVERY_MS = 5;

const { job, tell, ended } = await readTask<TailJob>();
const sync = await LiveSync.start(job);
while (sync.state().phase !== "live") await delay(LOOK_EVERY_MS);
tell("live");
await Promise.race([ended, sync.done]);
tell(sync.state());
await sync.stop();
process.exit();
