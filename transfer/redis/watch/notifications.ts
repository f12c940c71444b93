import { once, EventEmitter } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { RedisConnection, type Command, type RedisAddress } from "../connection.ts";
import { orThrow } from "../content.ts";
import { RefusedError, sideError } from "../errors.ts";
import { ownName, PROBE_LIVES_MS } from "../sentinel.ts";
import { Subscription } from "./subscription.ts";
import type { OpenWatcher, WatchEvents } from "./watcher.ts";
import type { Value } from "./resp3.ts";

const PROBE_TIMEOUT_MS = 2_000;
const PROBE_AGAIN_MS = 100;
const CHANNEL = "__keyspace@";
/** The server sends it for keys that are only looked for, our own looking included. */
const NO_CHANGE = "keymiss";

/** For each class of events that `notify-keyspace-events` can leave out, an event and what causes it. */
const probes: readonly { readonly event: string; readonly cause: (key: string) => Command[] }[] = [
  { event: "lpush", cause: (key) => briefly(["LPUSH", key, 1]) },
  { event: "del", cause: (key) => [["DEL", key]] },
  { event: "sadd", cause: (key) => briefly(["SADD", `${key}:set`, 1]) },
  { event: "hset", cause: (key) => briefly(["HSET", `${key}:hash`, 1, 1]) },
  { event: "zadd", cause: (key) => briefly(["ZADD", `${key}:zset`, 1, 1]) },
  { event: "xadd", cause: (key) => briefly(["XADD", `${key}:stream`, "*", 1, 1]) },
  { event: "set", cause: (key) => [["SET", `${key}:string`, 1, "PX", 1]] },
  {
    event: "expired",
    // The server deletes what has expired when it is looked for; the empty list is a way to wait for 10 ms.
    cause: (key) => [
      ["BLPOP", `${key}:none`, 0.01],
      ["EXISTS", `${key}:string`],
    ],
  },
];

/** In one transaction, so that nothing can fall between. */
function briefly(command: Command): Command[] {
  return [["MULTI"], command, ["PEXPIRE", command[1]!, PROBE_LIVES_MS], ["EXEC"]];
}

const typed = ["set", "hash", "zset", "stream", "string"];

/**
 * Keyspace events. Needs `notify-keyspace-events KA`, which is proven by writing keys of our own and seeing their
 * events; only evictions cannot be provoked. Blind to FLUSHALL, FLUSHDB, SWAPDB and consumer groups, and to the
 * cardinality that PFCOUNT caches in the value that it counts.
 */
export const openNotifications: OpenWatcher = async (source, events) => {
  const seen = new EventEmitter();
  const probing = { key: ownName("probe"), missing: new Set(probes.map(({ event }) => event)) };
  let ended: Error | undefined;
  let armed = false;
  const subscription = await Subscription.open(source, {
    message: (value) => {
      if (isSubscribed(value)) seen.emit("subscribed");
      const heard = tell(value, events);
      if (armed || !heard?.key.toString().startsWith(probing.key)) return;
      probing.missing.delete(heard.event);
      if (probing.missing.size === 0) seen.emit("proven");
    },
    ended: (error) => {
      ended = error;
      seen.emit("error", error);
      if (armed) events.lost(error.message);
    },
  });
  seen.on("error", () => undefined);
  try {
    const subscribed = once(seen, "subscribed");
    subscription.send("PSUBSCRIBE __keyspace@*__:*");
    await subscribed;
    await prove(source, probing.key, seen);
  } catch (error) {
    subscription.close();
    if (ended || !isTimeout(error)) throw sideError("source", ended ?? error);
    throw silentAbout([...probing.missing]);
  }
  armed = true;
  const { runId } = subscription;
  const close = () => subscription.close();
  return { watcher: { kind: "notifications", runId, seesAll: false, close }, resumed: false };
};

/**
 * Causes one event of each class and waits until all have come; again, if somebody has flushed the keys meanwhile.
 */
async function prove(source: RedisAddress, key: string, seen: EventEmitter): Promise<void> {
  const proven = once(seen, "proven", { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  let waiting = true;
  const done = proven.finally(() => (waiting = false));
  // Awaited later; until then it must not count as unhandled.
  done.catch(() => undefined);
  const connection = await RedisConnection.open(source);
  try {
    while (waiting) {
      (await connection.batch(probes.flatMap(({ cause }) => cause(key)))).forEach(orThrow);
      await Promise.race([done, delay(PROBE_AGAIN_MS)]);
    }
    await done;
  } finally {
    await connection.send(["DEL", key, ...typed.map((type) => `${key}:${type}`)]);
    connection.close();
  }
}

function tell(value: Value, events: WatchEvents): { key: Buffer; event: string } | undefined {
  if (!Array.isArray(value) || String(value[0]) !== "pmessage") return undefined;
  const [, , channel, message] = value as Buffer[];
  const separator = channel!.indexOf(":");
  const db = Number.parseInt(channel!.toString("latin1", CHANNEL.length, separator), 10);
  const key = channel!.subarray(separator + 1);
  const event = message!.toString();
  if (event !== NO_CHANGE) events.changed(db, [key]);
  return { key, event };
}

function isSubscribed(value: Value): boolean {
  return Array.isArray(value) && String(value[0]) === "psubscribe";
}

function isTimeout(error: unknown): boolean {
  return (error as Error).name === "AbortError";
}

function silentAbout(events: readonly string[]): RefusedError {
  const why = `it sends no keyspace events for ${events.join(", ")}; set notify-keyspace-events to KA`;
  return new RefusedError("source", "NOEVENTS", why);
}
