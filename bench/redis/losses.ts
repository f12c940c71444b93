import { contentDigests } from "../../transfer/redis/content.ts";
import { RedisConnection } from "../../transfer/redis/connection.ts";
import type { Reply } from "../../transfer/redis/parser.ts";
import { compareServers } from "../../transfer/redis/verify.ts";
import { less, type Bench } from "./bench.ts";
import { delicate, DELICATE } from "./data.ts";
import { godwit } from "./movers/godwit.ts";
import { ALL_PEERS } from "./movers/index.ts";
import type { Mover } from "./movers/mover.ts";
import { SERVER_NAME, type BenchServer } from "./servers.ts";

/** What PEXPIRETIME says of a key that is not there. */
const GONE = -2;

const KINDS = {
  drift: less("expiries: largest drift", "ms"),
  streams: less(
    `streams of ${DELICATE.streams} whose groups or counters differ afterwards`,
    "streams",
  ),
  entriesRead: less(`groups of ${DELICATE.streams} that lose entries-read`, "groups"),
  libraries: less("function libraries lost, of 1", "libraries"),
  wrongName: less(
    "writes to a server whose certificate is for another name (1: it does)",
    "yes/no",
  ),
};

/** What each mover loses of what is easily lost, and whether it looks at the target's certificate. */
export async function benchLosses(bench: Bench): Promise<void> {
  const { park } = bench;
  for (const mover of [godwit(false), ...ALL_PEERS]) {
    bench.tell(`what is lost: ${mover.name}`);
    const why = await mover.unavailable?.();
    if (why) {
      for (const kind of Object.values(KINDS)) bench.measurements.missing(kind, mover.name, why);
      continue;
    }
    const source = await park.start();
    await delicate().fill(source);
    await measureLosses(bench, mover, source);
    await measureTrust(bench, mover, source);
    await park.stop(source);
  }
}

async function measureLosses(bench: Bench, mover: Mover, source: BenchServer): Promise<void> {
  const target = await bench.park.start();
  await mover.copy(source, target);
  const { measurements } = bench;
  const { drift, streams, entriesRead: read, libraries } = KINDS;
  measurements.add(drift, mover.name, await largestDrift(source, target));
  if (mover.keysAtMost) {
    const why = `copies only ${mover.keysAtMost} keys here`;
    for (const kind of [streams, read, libraries]) measurements.missing(kind, mover.name, why);
  } else {
    measurements.add(streams, mover.name, await differingStreams(source, target));
    measurements.add(read, mover.name, await lostEntriesRead(source, target));
    measurements.add(libraries, mover.name, await lostLibraries(source, target));
  }
  await bench.park.stop(target);
}

async function lostLibraries(source: BenchServer, target: BenchServer): Promise<number> {
  const { sample } = await compareServers(source.address, target.address);
  return sample.filter(({ kind }) => kind === "function library").length;
}

/** Over the keys that have arrived. */
async function largestDrift(source: BenchServer, target: BenchServer): Promise<number> {
  const [a, b] = await Promise.all([source, target].map(expiries));
  return Math.max(...a!.map((at, i) => (b![i] === GONE ? 0 : Math.abs(at - b![i]!))));
}

async function expiries(server: BenchServer): Promise<number[]> {
  return await onConnection(server, async (connection) => {
    const keys = Array.from({ length: DELICATE.expiring }, (_, i) => `expiring:${i + 1}`);
    const replies = await connection.batch(keys.map((key) => ["PEXPIRETIME", key] as const));
    return replies as number[];
  });
}

async function differingStreams(source: BenchServer, target: BenchServer): Promise<number> {
  const digests = (server: BenchServer) =>
    onConnection(server, (connection) =>
      contentDigests(
        connection,
        0,
        STREAMS.map((name) => Buffer.from(name)),
        { since7: true },
      ),
    );
  const [a, b] = await Promise.all([digests(source), digests(target)]);
  return a.filter((digest, i) => digest !== b[i]).length;
}

const STREAMS = Array.from({ length: DELICATE.streams }, (_, i) => `stream:${i + 1}`);

async function lostEntriesRead(source: BenchServer, target: BenchServer): Promise<number> {
  const [a, b] = await Promise.all([source, target].map(entriesRead));
  return a!.filter((count, i) => count !== b![i]).length;
}

async function entriesRead(server: BenchServer): Promise<string[]> {
  return await onConnection(server, async (connection) => {
    const replies = await connection.batch(STREAMS.map((key) => ["XINFO", "GROUPS", key] as const));
    return replies.map((groups) => {
      const [first] = groups as Reply[][];
      return String(first?.[first.findIndex((field) => String(field) === "entries-read") + 1]);
    });
  });
}

async function onConnection<T>(
  server: BenchServer,
  work: (connection: RedisConnection) => Promise<T>,
): Promise<T> {
  const connection = await RedisConnection.open(server.address);
  return await work(connection).finally(() => connection.close());
}

/** Offers a target that has a certificate of the right authority, but for another name. */
async function measureTrust(bench: Bench, mover: Mover, source: BenchServer): Promise<void> {
  if (mover.noTlsLink) {
    bench.measurements.missing(KINDS.wrongName, mover.name, mover.noTlsLink);
    return;
  }
  const target = await bench.park.start({ certificateFor: `not-${SERVER_NAME}` });
  await mover.copy(source, target).catch(() => undefined);
  const written = ((await target.ask(["DBSIZE"])) as number) > 0;
  bench.measurements.add(KINDS.wrongName, mover.name, written ? 1 : 0);
  await bench.park.stop(target);
}
