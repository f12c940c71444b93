import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { RedisConnection } from "./connection.ts";
import type { Health, ResolvedAddress } from "./health.ts";
import { serverInfo } from "./info.ts";

/** Some 400 PINGs a second, so that the 99th percentile is not one hiccup; they cost a server 0.3 % of its time. */
const PING_EVERY_MS = 2;
const REPORT_EVERY_MS = 250;
const WINDOW_MS = 1_000;

const connection = await RedisConnection.open(workerData as ResolvedAddress);
let samples: { readonly at: number; readonly ms: number }[] = [];
let askedAt: number | undefined;
let leastMs = Infinity;
let cpu = 0;
// By the clock and not after an answer: a server that does not answer is the worst case, not an unknown one.
setInterval(report, REPORT_EVERY_MS);
await Promise.all([ping(), readCpu()]);

/** Ends, and the thread with it, when the connection is lost. */
async function ping(): Promise<never> {
  for (;;) {
    askedAt = performance.now();
    await connection.ask("PING");
    const at = performance.now();
    samples.push({ at, ms: at - askedAt });
    leastMs = Math.min(leastMs, at - askedAt);
    askedAt = undefined;
    await delay(PING_EVERY_MS);
  }
}

async function readCpu(): Promise<never> {
  let last = { at: performance.now(), seconds: await mainThreadSeconds() };
  for (;;) {
    await delay(WINDOW_MS / 2);
    const now = { at: performance.now(), seconds: await mainThreadSeconds() };
    cpu = ((now.seconds - last.seconds) * 1_000) / (now.at - last.at);
    last = now;
  }
}

function report(): void {
  const now = performance.now();
  samples = samples.filter(({ at }) => at > now - WINDOW_MS);
  const waiting = askedAt === undefined ? 0 : now - askedAt;
  const pingP99Ms = p99([...samples.map(({ ms }) => ms), waiting].flatMap(experienced));
  const health: Health = { pingP99Ms, pingLeastMs: Math.min(leastMs, pingP99Ms), cpu };
  parentPort!.postMessage(health);
}

/** A PING that took long kept others from being sent: it stands for those that would have waited with it, too. */
function experienced(ms: number): number[] {
  return Array.from(
    { length: Math.ceil(ms / PING_EVERY_MS) || 1 },
    (_, i) => ms - i * PING_EVERY_MS,
  );
}

function p99(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1]!;
}

/** Commands run in the main thread only. Servers before 7.0 tell no more than the whole process's time. */
async function mainThreadSeconds(): Promise<number> {
  const info = await serverInfo(connection, "cpu");
  const of = (kind: string) =>
    Number(info[`used_cpu_${kind}_main_thread`] ?? info[`used_cpu_${kind}`] ?? 0);
  return of("user") + of("sys");
}
