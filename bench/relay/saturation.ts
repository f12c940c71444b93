import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { useOf } from "../processes.ts";
import { more, less } from "../redis/bench.ts";
import type { BenchServer } from "../redis/servers.ts";
import type { RelayBench } from "./bench.ts";
import type { OpenWay, Way } from "./ways.ts";
import { DIRECT } from "./ways.ts";

const run = promisify(execFile);
const CLIENTS = 50;
/** Requests for each client connection in one write. */
const PIPELINE = 16;
/** A pipeline is so many times quicker, about: as many more requests, so that both take as long. */
const PIPELINED_SHARE = 5;
/** A relay has been running for long when it matters: first, uncounted, so many of the requests. */
const WARM_UP_SHARE = 0.2;

/** How many requests pass when clients send as many as they can. */
export async function benchSaturation(
  bench: RelayBench,
  server: BenchServer,
  ways: readonly Way[],
  link: string,
): Promise<void> {
  const { requests } = bench.options;
  await eachWay(bench, server, ways, async (way, open) => {
    await benchmark(server, open, way.name === DIRECT, requests * WARM_UP_SHARE, 1);
    const before = useOf(open.pid)?.cpuSeconds;
    const single = await benchmark(server, open, way.name === DIRECT, requests, 1);
    const after = useOf(open.pid)?.cpuSeconds;
    const many = requests * PIPELINED_SHARE;
    const piped = await benchmark(server, open, way.name === DIRECT, many, PIPELINE);
    const { measurements } = bench;
    measurements.add(more(`${link}: saturated, no pipeline`, "requests/s"), way.name, single);
    measurements.add(
      more(`${link}: saturated, ${PIPELINE} in a pipeline`, "requests/s"),
      way.name,
      piped,
    );
    if (before === undefined || after === undefined) return;
    const cpu = ((after - before) / requests) * 100_000;
    measurements.add(less(`${link}: CPU of 100,000 requests, no pipeline`, "s"), way.name, cpu);
  });
}

/** Opens one way after the other; one that cannot be had is told once. */
export async function eachWay(
  { tell, options }: RelayBench,
  server: BenchServer,
  ways: readonly Way[],
  measure: (way: Way, open: OpenWay) => Promise<void>,
): Promise<void> {
  for (let round = 1; round <= options.rounds; round++)
    for (const way of ways) {
      const unavailable = await way.unavailable?.();
      tell(`round ${round}: ${way.name}${unavailable ? `: ${unavailable}` : ""}`);
      if (unavailable) continue;
      const open = await way.open(server);
      try {
        await measure(way, open);
      } finally {
        await open.close();
      }
    }
}

async function benchmark(
  server: BenchServer,
  { port }: OpenWay,
  isDirect: boolean,
  requests: number,
  pipeline: number,
): Promise<number> {
  const { tls } = server;
  const secure = isDirect && tls ? ["--tls", "--cacert", tls.caFile, "--sni", tls.name] : [];
  // prettier-ignore
  const { stdout } = await run("redis-benchmark", ["-p", String(port), "-t", "set", "-c", String(CLIENTS), "-n", String(Math.ceil(requests)), "-P", String(pipeline), "--csv", ...secure]);
  return Number(/"SET","([\d.]+)"/.exec(stdout)?.[1]);
}
