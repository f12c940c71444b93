import { setTimeout as delay } from "node:timers/promises";
import type { Tail } from "../../transfer/redis/sync.ts";
import { RedisConnection } from "../../transfer/redis/connection.ts";
import { OURS } from "../figures.ts";
import { resultOf, Script } from "../processes.ts";
import { less, type Bench } from "./bench.ts";
import { plainStrings } from "./data.ts";
import { hotKey, HOT_KEYS, now } from "./hotKeys.ts";
import { infoOf } from "./movers/native.ts";
import { redisShake } from "./movers/redisShake.ts";
import type { ObserverDone, ObserverJob } from "./processes/observer.ts";
import type { TailJob } from "./processes/tail.ts";
import type { WriterDone, WriterJob } from "./processes/writer.ts";
import type { BenchServer } from "./servers.ts";

const TAIL = new URL("./processes/tail.ts", import.meta.url);
const WRITER = new URL("./processes/writer.ts", import.meta.url);
const OBSERVER = new URL("./processes/observer.ts", import.meta.url);

const WRITES_PER_SECOND = 5_000;
/** Keys beside the hot ones. */
const COLD_KEYS = 20_000;
const POLL_MS = 2;
const CONVERGE_MS = 30_000;

/** Makes a target follow; resolves with how to end that. */
type Follow = (source: BenchServer, target: BenchServer) => Promise<() => Promise<unknown>>;

const replicaOf: Follow = async (source, target) => {
  await target.ask(["REPLICAOF", "127.0.0.1", source.port]);
  while ((await infoOf(target, "replication"))["master_link_status"] !== "up") await delay(POLL_MS);
  return () => target.ask(["REPLICAOF", "NO", "ONE"]);
};

/** By what a managed server offers, and by replication. */
const TAILS: readonly Tail[] = ["tracking", "replication"];

/** How far a target is behind while clients write hot keys, seen by a client of the target. */
export async function benchTail(bench: Bench): Promise<void> {
  const { options, measurements } = bench;
  const noShake = await redisShake.unavailable!();
  for (const kind of TAILS.flatMap((tail) => Object.values(kindsOf(tail)))) {
    const why = noShake ?? "its scan mode tells of no end of a tail; not measured";
    measurements.missing(kind, redisShake.name, why);
  }
  for (let round = 1; round <= options.rounds; round++) {
    for (const tail of TAILS) {
      bench.tell(`tail by ${tail}, round ${round}`);
      addLag(bench, OURS, [tail], await followOnce(bench, ours(tail)));
    }
    bench.tell(`tail by replicaof, round ${round}`);
    addLag(bench, "replicaof", TAILS, await followOnce(bench, replicaOf));
  }
}

function addLag(bench: Bench, who: string, tails: readonly Tail[], lag: Lag): void {
  for (const tail of tails) {
    const { p50, p99, converged } = kindsOf(tail);
    bench.measurements.add(p50, who, lag.p50Ms);
    bench.measurements.add(p99, who, lag.p99Ms);
    bench.measurements.add(converged, who, lag.convergedMs);
  }
}

function kindsOf(tail: Tail) {
  const what = `tail by ${tail}, 5,000 writes/s on 1,000 keys`;
  return {
    p50: less(`${what}: lag p50`, "ms"),
    p99: less(`${what}: lag p99`, "ms"),
    converged: less(`${what}: equal after the last write`, "ms"),
  };
}

interface Lag {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly convergedMs: number;
}

async function followOnce({ park, options }: Bench, follow: Follow): Promise<Lag> {
  const [source, target] = await Promise.all([park.start(), park.start()]);
  await plainStrings(COLD_KEYS).fill(source);
  const end = await follow(source, target);
  const { host, port } = target.address;
  const observer = new Script(OBSERVER, { host, port } satisfies ObserverJob);
  await observer.next();
  const job: WriterJob = {
    server: source.address,
    seconds: options.tailSeconds,
    writesPerSecond: WRITES_PER_SECOND,
  };
  const { lastAt } = await resultOf<WriterDone>(WRITER, job);
  const convergedMs = (await untilEqual(source, target)) - lastAt;
  const { p50Ms, p99Ms } = (await observer.ask("report")) as ObserverDone;
  await observer.end();
  await end();
  await Promise.all([park.stop(source), park.stop(target)]);
  return { p50Ms, p99Ms, convergedMs: Math.max(0, convergedMs) };
}

/** When the target's hot keys were first seen to equal the source's. */
async function untilEqual(source: BenchServer, target: BenchServer): Promise<number> {
  const keys = Array.from({ length: HOT_KEYS }, (_, i) => hotKey(i));
  const [from, to] = await Promise.all([
    RedisConnection.open(source.address),
    RedisConnection.open(target.address),
  ]);
  const deadline = now() + CONVERGE_MS;
  try {
    const wanted = String(await from.ask("MGET", ...keys));
    while (String(await to.ask("MGET", ...keys)) !== wanted) {
      if (now() > deadline)
        throw new Error(`not equal ${CONVERGE_MS / 1000} s after the last write`);
      await delay(POLL_MS);
    }
    return now();
  } finally {
    from.close();
    to.close();
  }
}

function ours(tail: Tail): Follow {
  return async (source, target) => {
    const job: TailJob = { source: source.address, target: target.address, tail };
    const script = new Script(TAIL, job);
    await script.next();
    return () => script.end();
  };
}
