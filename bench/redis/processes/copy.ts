import { bulkCopy } from "../../../transfer/redis/bulk.ts";
import { RedisConnection, type RedisAddress } from "../../../transfer/redis/connection.ts";
import { carryPrograms } from "../../../transfer/redis/functions.ts";
import { openLane } from "../../../transfer/redis/lane.ts";
import { copyLarge } from "../../../transfer/redis/large.ts";
import { startPace } from "../../../transfer/redis/pace.ts";
import { useOf, type Use } from "../../processes.ts";
import { readTask } from "./stdio.ts";

/** Our copy, in a process of its own, as the mover runs it. */
export interface CopyJob {
  readonly source: RedisAddress;
  readonly target: RedisAddress;
  /** Whether the source's health throttles it, as by default. */
  readonly throttle: boolean;
}

/** The copy alone, without the start of the process. */
export interface CopyDone extends Use {
  readonly seconds: number;
}

const { job, tell } = await readTask<CopyJob>();
const { source, target, throttle } = job;
const cpuBefore = process.cpuUsage();
const begin = performance.now();
await copy();
const seconds = (performance.now() - begin) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
const done: CopyDone = {
  seconds,
  cpuSeconds: (user + system) / 1e6,
  peakMb: useOf(process.pid)?.peakMb ?? NaN,
};
tell(done);
process.exit();

async function copy(): Promise<void> {
  await carryPrograms(source, target);
  const lane = await openLane(source, target);
  const scan = await RedisConnection.open(source);
  const pace = startPace(source, throttle ? {} : false);
  const onLarge = async (db: number, key: Buffer) => {
    await copyLarge(source, target, { db, key }, { pace });
  };
  await bulkCopy(lane, scan, { pace, onLarge });
  pace.stop();
  scan.close();
  lane.close();
}
