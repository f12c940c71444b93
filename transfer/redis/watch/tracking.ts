import { sideError } from "../errors.ts";
import { Subscription } from "./subscription.ts";
import type { OpenWatcher, WatchEvents } from "./watcher.ts";
import type { Value } from "./resp3.ts";

/**
 * Client-side caching in broadcast mode: the server pushes the name of every key that changes, once for each turn of
 * its event loop, without the database. Needs Redis 6 and no configuration.
 */
export const openTracking: OpenWatcher = async (source, events) => {
  let armed: (() => void) | undefined;
  let refused: ((error: Error) => void) | undefined;
  const ready = new Promise<void>((resolve, reject) => ([armed, refused] = [resolve, reject]));
  const subscription = await Subscription.open(source, {
    message: (value) => {
      if (isText(value, "OK")) armed?.();
      else tell(value, events);
    },
    ended: (error) => {
      refused?.(error);
      if (!armed) events.lost(error.message);
    },
  });
  subscription.send("HELLO 3");
  subscription.send("CLIENT TRACKING ON BCAST");
  await ready.catch((error: unknown) => {
    throw sideError("source", error);
  });
  [armed, refused] = [undefined, undefined];
  const { runId } = subscription;
  const close = () => subscription.close();
  return { watcher: { kind: "tracking", runId, seesAll: false, close }, resumed: false };
};

function tell(value: Value, events: WatchEvents): void {
  if (!Array.isArray(value) || !isText(value[0], "invalidate")) return;
  const keys = value[1];
  if (Array.isArray(keys)) events.changed(undefined, keys as Buffer[]);
  else events.flushed(undefined, "a database was flushed");
}

function isText(value: Value | undefined, text: string): boolean {
  return Buffer.isBuffer(value) && value.toString() === text;
}
