import { setTimeout as delay } from "node:timers/promises";
import {
  RedisConnection,
  type Command,
  type RedisAddress,
} from "../../../transfer/redis/connection.ts";
import { hotKey, HOT_KEYS, now, valueOf } from "../hotKeys.ts";
import { readTask } from "./stdio.ts";

/** Writes hot keys in turn at an even rate. */
export interface WriterJob {
  readonly server: RedisAddress;
  readonly seconds: number;
  readonly writesPerSecond: number;
}

export interface WriterDone {
  readonly writes: number;
  readonly seconds: number;
  /** When the last write was acknowledged, on the machine's clock. */
  readonly lastAt: number;
}

const { job, tell } = await readTask<WriterJob>();
const connection = await RedisConnection.open(job.server);
/** When each key was last written. */
const writtenAt = new Float64Array(HOT_KEYS);
const begin = now();
let writes = 0;
for (const total = job.seconds * job.writesPerSecond; writes < total;) {
  const due = Math.min(total, Math.floor(((now() - begin) / 1000) * job.writesPerSecond));
  if (due > writes) await connection.batch(batchUpTo(due));
  await delay(1);
}
const done: WriterDone = { writes, seconds: (now() - begin) / 1000, lastAt: now() };
tell(done);
process.exit();

function batchUpTo(due: number): Command[] {
  const commands: Command[] = [];
  for (; writes < due; writes++) {
    const key = writes % HOT_KEYS;
    const at = now();
    const value = valueOf({ round: Math.floor(writes / HOT_KEYS), at, before: writtenAt[key]! });
    commands.push(["SET", hotKey(key), value]);
    writtenAt[key] = at;
  }
  return commands;
}
