import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { percentile } from "../../figures.ts";
import { ended, readTask } from "../../redis/processes/stdio.ts";

/** SETs at a steady rate, less than what can be had, and how long each took. */
export interface PaceJob {
  readonly port: number;
  readonly connections: number;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface PaceTimes {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** What was reached of the rate. */
  readonly perSecond: number;
}

/** What comes before is warm-up and not counted. */
const WARM_UP_MS = 1_000;
const REQUEST = Buffer.from("*3\r\n$3\r\nSET\r\n$4\r\npace\r\n$3\r\nxxx\r\n");
const NAP_MS = 0.05;
const REPLY_BYTES = "+OK\r\n".length;

const { job, tell, lines } = await readTask<PaceJob>();
const nap = new Int32Array(new SharedArrayBuffer(4));
const times: number[] = [];
const begun = performance.now();
const clients = await Promise.all(Array.from({ length: job.connections }, openClient));
const end = performance.now() + WARM_UP_MS + job.seconds * 1_000;
let sent = 0;
for (const first = performance.now(); performance.now() < end;) {
  const due = ((performance.now() - first) / 1_000) * job.perSecond;
  for (; sent < due; sent++) clients[sent % clients.length]!();
  await new Promise(setImmediate);
  // Turning without a pause would take one of two cores from those that are measured.
  Atomics.wait(nap, 0, 0, NAP_MS);
}
times.sort((a, b) => a - b);
tell({
  p50Ms: percentile(times, 50),
  p99Ms: percentile(times, 99),
  p999Ms: percentile(times, 99.9),
  perSecond: times.length / job.seconds,
} satisfies PaceTimes);
await ended({ lines });
process.exit();

/** Returns what sends one request. */
async function openClient(): Promise<() => void> {
  const socket: Socket = connect({ host: "127.0.0.1", port: job.port, noDelay: true });
  await once(socket, "connect");
  const sentAt: number[] = [];
  let bytes = 0;
  socket.on("data", (chunk: Buffer) => {
    const now = performance.now();
    for (bytes += chunk.length; bytes >= REPLY_BYTES; bytes -= REPLY_BYTES) {
      const at = sentAt.shift()!;
      if (at - begun > WARM_UP_MS) times.push(now - at);
    }
  });
  return () => {
    sentAt.push(performance.now());
    socket.write(REQUEST);
  };
}
