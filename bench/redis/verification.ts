import { OURS } from "../figures.ts";
import { resultOf } from "../processes.ts";
import { less, more, type Bench } from "./bench.ts";
import type { Data } from "./data.ts";
import { rdbAndStart } from "./movers/native.ts";
import { Pinger } from "./pinging.ts";
import type { VerifyDone, VerifyJob } from "./processes/verify.ts";
import { SERVER_NAME, type BenchServer } from "./servers.ts";

const VERIFY = new URL("./processes/verify.ts", import.meta.url);
const DIGEST = "DEBUG DIGEST of both";

/** Comparing two servers that hold the same, key by key and both ways. */
export async function benchVerification(bench: Bench, data: Data, tls: boolean): Promise<void> {
  const { park, options, measurements } = bench;
  const source = await park.start();
  await data.fill(source);
  const target = await park.start({ certificateFor: tls ? SERVER_NAME : undefined });
  await rdbAndStart.copy(source, target);
  const pinger = new Pinger(source);
  const what = `comparison of ${data.name}${tls ? ", target with TLS" : ""}`;
  const kinds = {
    rate: more(what, "keys/s"),
    cpu: less(`${what}: CPU of the tool`, "s a million keys"),
    memory: less(`${what}: peak memory of the tool`, "MB"),
    ping: less(`${what}: source's PING p99 meanwhile`, "ms"),
  };
  for (let round = 1; round <= options.rounds; round++) {
    bench.tell(`${what}, round ${round}`);
    const found = await pinger.during(() => ours(source, target));
    const { keys, seconds, cpuSeconds, peakMb } = found.result;
    measurements.add(kinds.rate, OURS, keys / seconds);
    measurements.add(kinds.cpu, OURS, (cpuSeconds * 1e6) / keys);
    measurements.add(kinds.memory, OURS, peakMb);
    measurements.add(kinds.ping, OURS, found.p99Ms);
    const digest = await pinger.during(() => digestBoth(source, target));
    measurements.add(kinds.rate, DIGEST, keys / digest.result);
    measurements.add(kinds.ping, DIGEST, digest.p99Ms);
  }
  await pinger.end();
  await Promise.all([park.stop(target), park.stop(source)]);
}

async function ours(source: BenchServer, target: BenchServer): Promise<VerifyDone> {
  const job: VerifyJob = { source: source.address, target: target.address };
  const done = await resultOf<VerifyDone>(VERIFY, job);
  if (done.differences > 0) throw new Error(`${done.differences} keys differ`);
  return done;
}

/** Redis's own digest: one figure for all, names no key, blocks the server, not allowed on a managed one. Seconds. */
async function digestBoth(source: BenchServer, target: BenchServer): Promise<number> {
  const begin = performance.now();
  const [a, b] = await Promise.all(
    [source, target].map((server) => server.ask(["DEBUG", "DIGEST"])),
  );
  if (String(a) !== String(b)) throw new Error("DEBUG DIGEST differs");
  return (performance.now() - begin) / 1000;
}
