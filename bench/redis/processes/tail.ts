import { setTimeout as delay } from "node:timers/promises";
import type { RedisAddress } from "../../../transfer/redis/connection.ts";
import { LiveSync, type Tail } from "../../../transfer/redis/sync.ts";
import { ended, readTask } from "./stdio.ts";

/** Our live copy, in a process of its own, until asked to end. */
export interface TailJob {
  readonly source: RedisAddress;
  readonly target: RedisAddress;
  readonly tail: Tail;
}

const LOOK_EVERY_MS = 5;

const task = await readTask<TailJob>();
const sync = await LiveSync.start(task.job);
while (sync.state().phase !== "live") await delay(LOOK_EVERY_MS);
task.tell("live");
await Promise.race([ended(task), sync.done]);
await sync.stop();
process.exit();
