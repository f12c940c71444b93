import { setTimeout as delay } from "node:timers/promises";
import { RedisConnection, type RedisAddress } from "../../../transfer/redis/connection.ts";
import { percentile } from "../../figures.ts";
import { readTask } from "./stdio.ts";

/** PINGs a server, as one of its clients would, until asked to end. */
export interface PingJob {
  readonly server: RedisAddress;
}

export interface PingDone {
  readonly p99Ms: number;
  readonly pings: number;
}

const EVERY_MS = 2;

const { job, tell, ended } = await readTask<PingJob>();
const connection = await RedisConnection.open(job.server);
const times: number[] = [];
let running = true;
void ended.then(() => (running = false));
tell("ready");
while (running) {
  const begin = performance.now();
  await connection.ask("PING");
  times.push(performance.now() - begin);
  await delay(EVERY_MS);
}
times.sort((a, b) => a - b);
const done: PingDone = { p99Ms: percentile(times, 99), pings: times.length };
tell(done);
process.exit();
