import { Redis } from "ioredis";
import { percentile } from "../../figures.ts";
import { now, parseValue, WATCHED } from "../hotKeys.ts";
import { readTask } from "./stdio.ts";

/** Watches hot keys arrive on a target, as one of its clients, until it is asked for what it saw. */
export interface ObserverJob {
  readonly host: string;
  readonly port: number;
}

export interface ObserverDone {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Writes whose arrival was seen. */
  readonly seen: number;
}

const { job, tell, lines } = await readTask<ObserverJob>();
const events = new Redis(job);
const reader = new Redis(job);
const lags: number[] = [];
const rounds = new Map<string, number>();
await reader.config("SET", "notify-keyspace-events", "KA");
events.on(
  "pmessage",
  (_pattern, channel: string) => void look(channel.split(":").slice(1).join(":")),
);
await events.psubscribe(`__keyspace@0__:${WATCHED}`);
tell("watching");
await lines.next();
lags.sort((a, b) => a - b);
const done: ObserverDone = {
  p50Ms: percentile(lags, 50),
  p99Ms: percentile(lags, 99),
  seen: lags.length,
};
tell(done);
process.exit();

/** A write that was overtaken by the next one arrives with it. */
async function look(key: string): Promise<void> {
  const value = await reader.get(key);
  if (value === null) return;
  const arrived = now();
  const { round, at, before } = parseValue(value);
  const last = rounds.get(key) ?? -1;
  if (round <= last) return;
  rounds.set(key, round);
  lags.push(arrived - at);
  if (round - last > 1 && before > 0) lags.push(arrived - before);
}
