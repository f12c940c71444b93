import { OURS, type Kind } from "../figures.ts";
import type { Use } from "../processes.ts";
import { less, more, type Bench } from "./bench.ts";
import type { Data } from "./data.ts";
import { godwit } from "./movers/godwit.ts";
import type { Mover } from "./movers/mover.ts";
import { Pinger } from "./pinging.ts";
import { SERVER_NAME, type BenchServer } from "./servers.ts";

/** What one copy took. */
interface Effort {
  readonly keys: number;
  readonly seconds: number;
  readonly use: Use | undefined;
  /** CPU seconds of both servers. */
  readonly serversCpu: number;
  readonly pingP99Ms: number;
}

/** Copies the same data by every mover in turn, as many rounds as asked for, into fresh targets. */
export async function benchCopies(
  bench: Bench,
  data: Data,
  { tls, peers }: { readonly tls: boolean; readonly peers: readonly Mover[] },
): Promise<void> {
  const { park, options } = bench;
  const source = await park.start();
  await data.fill(source);
  const pinger = new Pinger(source);
  const work = { data, source, pinger, tls };
  for (let round = 1; round <= options.rounds; round++) {
    for (const mover of [godwit(true), ...peers]) {
      bench.tell(`${data.name}${tls ? " into TLS" : ""}, round ${round}: ${mover.name}`);
      await benchOne(bench, mover, work);
    }
    const { keys, seconds } = await copy(bench, godwit(false), work);
    bench.measurements.add(kindsOf(work).unthrottled, OURS, keys / seconds);
  }
  await pinger.end();
  await park.stop(source);
}

interface Work {
  readonly data: Data;
  readonly source: BenchServer;
  readonly pinger: Pinger;
  readonly tls: boolean;
}

async function benchOne(bench: Bench, mover: Mover, work: Work): Promise<void> {
  const { measurements } = bench;
  const kinds = kindsOf(work);
  const why = await mover.unavailable?.();
  if (why) {
    for (const kind of Object.values(kinds)) measurements.missing(kind, mover.name, why);
    return;
  }
  const { keys, seconds, use, serversCpu, pingP99Ms } = await copy(bench, mover, work);
  const add = (kind: Kind, value: number) => measurements.add(kind, mover.name, value);
  add(kinds.rate, keys / seconds);
  // Peers have no throttle: their figure stands beside both of ours.
  if (mover.name !== OURS) add(kinds.unthrottled, keys / seconds);
  for (const kind of [kinds.cpu, kinds.memory]) {
    if (!use) measurements.missing(kind, mover.name, "no process of its own");
  }
  if (use) {
    add(kinds.cpu, (use.cpuSeconds * 1e6) / keys);
    add(kinds.memory, use.peakMb);
  }
  add(kinds.allCpu, (((use?.cpuSeconds ?? 0) + serversCpu) * 1e6) / keys);
  add(kinds.ping, pingP99Ms);
}

/** One copy into a fresh target, with a client that PINGs the source meanwhile. Rejects when keys are missing. */
async function copy({ park }: Bench, mover: Mover, { source, pinger, tls }: Work): Promise<Effort> {
  const target = await park.start({ certificateFor: tls ? SERVER_NAME : undefined });
  const cpuBefore = source.cpuSeconds + target.cpuSeconds;
  const begin = performance.now();
  const { result, p99Ms } = await pinger.during(async () => {
    const copied = await mover.copy(source, target);
    return { seconds: (performance.now() - begin) / 1000, ...copied };
  });
  const serversCpu = source.cpuSeconds + target.cpuSeconds - cpuBefore;
  const keys = await keysOn(target);
  const expected = Math.min(await keysOn(source), mover.keysAtMost ?? Infinity);
  if (keys !== expected) throw new Error(`${mover.name} copied ${keys} of ${expected} keys`);
  await park.stop(target);
  return { keys, seconds: result.seconds, use: result.use, serversCpu, pingP99Ms: p99Ms };
}

async function keysOn(server: BenchServer): Promise<number> {
  return (await server.ask(["DBSIZE"])) as number;
}

function kindsOf({ data, tls }: Pick<Work, "data" | "tls">) {
  const what = `copy of ${data.name}${tls ? " into TLS" : ""}`;
  return {
    rate: more(`${what}, as by default`, "keys/s"),
    unthrottled: more(`${what}, without throttle`, "keys/s"),
    cpu: less(`${what}: CPU of the tool`, "s a million keys"),
    allCpu: less(`${what}: CPU of tool and both servers`, "s a million keys"),
    memory: less(`${what}: peak memory of the tool`, "MB"),
    ping: less(`${what}: source's PING p99 meanwhile`, "ms"),
  };
}
