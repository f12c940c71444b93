import { RefusedError } from "../errors.ts";
import { openNotifications } from "./notifications.ts";
import { openReplication } from "./replication.ts";
import { openTracking } from "./tracking.ts";
import type { OpenWatcher, WatcherKind } from "./watcher.ts";

/** How to follow a source; `auto` is what it offers without being a replica of it. */
export type Tail = "auto" | WatcherKind;

/** Opens the watcher asked for. */
export function watcherFor(tail: Tail): OpenWatcher {
  switch (tail) {
    case "tracking":
      return openTracking;
    case "notifications":
      return openNotifications;
    case "replication":
      return openReplication;
    case "auto":
      return openAny;
  }
}

const openAny: OpenWatcher = async (source, events) => {
  try {
    return await openTracking(source, events);
  } catch (tracking) {
    if (!(tracking instanceof RefusedError)) throw tracking;
    try {
      return await openNotifications(source, events);
    } catch (notifications) {
      if (!(notifications instanceof RefusedError)) throw notifications;
      throw nothingOffered(tracking, notifications);
    }
  }
};

function nothingOffered(tracking: Error, notifications: Error): RefusedError {
  return new RefusedError(
    "source",
    "NOWATCH",
    `it tells of no changes. CLIENT TRACKING (Redis 6 or newer): ${tracking.message}. Keyspace events: ${notifications.message}. ` +
      "Allow the user CLIENT TRACKING, or set notify-keyspace-events to KA in the parameter group",
  );
}
