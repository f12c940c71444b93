import { setTimeout as delay } from "node:timers/promises";
import { RedisConnection, type RedisAddress } from "../../../transfer/redis/connection.ts";
import { percentile } from "../../figures.ts";
import { readTask } from "./stdio.ts";

/** PINGs a server, as one of its clients would. Each line that comes in asks for the time since the last one. */
export interface PingJob {
  readonly server: RedisAddress;
}

export interface PingTimes {
  readonly p99Ms: number;
  readonly pings: number;
}

const EVERY_MS = 2;

const { job, tell, lines } = await readTask<PingJob>();
const connection = await RedisConnection.open(job.server);
let times: number[] = [];
void pingForever();
while (!(await lines.next()).done) {
  times.sort((a, b) => a - b);
  tell({ p99Ms: percentile(times, 99), pings: times.length } satisfies PingTimes);
  times = [];
}
process.exit();

async function pingForever(): Promise<never> {
  for (;;) {
    const begin = performance.now();
    await connection.ask("PING");
    times.push(performance.now() - begin);
    await delay(EVERY_MS);
  }
}
