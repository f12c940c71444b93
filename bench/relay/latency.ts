import { resultOf } from "../processes.ts";
import { less } from "../redis/bench.ts";
import type { BenchServer } from "../redis/servers.ts";
import type { RelayBench } from "./bench.ts";
import type { PaceJob, PaceTimes } from "./processes/pace.ts";
import { eachWay } from "./saturation.ts";
import { DIRECT, type Way } from "./ways.ts";

const PACE = new URL("./processes/pace.ts", import.meta.url);
const CONNECTIONS = 50;
const PER_SECOND = 10_000;

/** What a way adds to the time of a request when there is room: its percentiles less those of going straight. */
export async function benchLatency(
  bench: RelayBench,
  server: BenchServer,
  ways: readonly Way[],
): Promise<void> {
  const { measurements, options } = bench;
  let straight: PaceTimes | undefined;
  await eachWay(bench, server, ways, async (way, { port }) => {
    const job: PaceJob = {
      port,
      connections: CONNECTIONS,
      perSecond: PER_SECOND,
      seconds: options.paceSeconds,
    };
    const times = await resultOf<PaceTimes>(PACE, job);
    if (way.name === DIRECT) straight = times;
    for (const [name, key] of PERCENTILES) {
      const kind = less(`${PER_SECOND.toLocaleString("en-US")} requests/s: ${name}`, "ms");
      measurements.add(kind, way.name, times[key]);
      if (way.name === DIRECT || !straight) continue;
      measurements.add(
        { ...kind, figure: `${kind.figure} added` },
        way.name,
        times[key] - straight[key],
      );
    }
  });
}

const PERCENTILES = [
  ["p50", "p50Ms"],
  ["p99", "p99Ms"],
  ["p99.9", "p999Ms"],
] as const;
