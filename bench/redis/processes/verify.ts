import type { RedisAddress } from "../../../transfer/redis/connection.ts";
import { compareServers } from "../../../transfer/redis/verify.ts";
import { useOf, type Use } from "../../processes.ts";
import { readTask } from "./stdio.ts";

/** Our comparison, in a process of its own. */
export interface VerifyJob {
  readonly source: RedisAddress;
  readonly target: RedisAddress;
}

export interface VerifyDone extends Use {
  readonly seconds: number;
  readonly keys: number;
  readonly differences: number;
}

const { job, tell } = await readTask<VerifyJob>();
const cpuBefore = process.cpuUsage();
const begin = performance.now();
const { source: keys, differences } = await compareServers(job.source, job.target);
const seconds = (performance.now() - begin) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
const done: VerifyDone = {
  seconds,
  keys,
  differences,
  cpuSeconds: (user + system) / 1e6,
  peakMb: useOf(process.pid)?.peakMb ?? NaN,
};
tell(done);
process.exit();
