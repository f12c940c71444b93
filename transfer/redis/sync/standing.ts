import type { Parts } from "./parts.ts";
import type { Lag, Phase, SyncState } from "./state.ts";

/** A target that is behind for longer than this does not count as following. */
const BEHIND_MS = 1_000;

/** Why a target does not hold all that the source had a moment ago, by `performance.now()` since when. */
export interface Gap {
  readonly since: number;
  readonly reason: string;
}

/** How a live copy that has not been stopped stands; `scanned`: how far its scan of everything is. */
export function standingOf(
  parts: Parts,
  scanned: { readonly keys: number; readonly total: number },
): SyncState {
  const { watching, meter, large, lanes, rescans } = parts;
  return {
    phase: phaseOf(parts),
    watch: watching.watcher?.kind,
    ...scanned,
    keysPerSecond: meter.rate(),
    changes: meter.keysTailed,
    lag: lagOf(parts),
    rescans: rescans.reasons,
    reconnects: watching.losses + lanes.reconnects,
    largeKeys: large.size,
  };
}

/** What a drain of a few milliseconds cannot close; undefined: only changes that are known by name are on their way. */
export function gapOf({ progress, rescans, watching }: Parts, beganAt: number): Gap | undefined {
  if (!progress.complete) return { since: beganAt, reason: "not every key has been copied once" };
  if (rescans.since !== undefined) {
    return { since: rescans.since, reason: `keys have to be scanned again: ${rescans.why}` };
  }
  if (watching.watcher) return undefined;
  return { since: watching.lostAt, reason: "the followed server cannot be watched" };
}

function phaseOf(parts: Parts): Phase {
  const { progress, rescans, watching } = parts;
  if (!progress.complete) return "copying";
  const behind = rescans.since !== undefined || lagOf(parts).ms > BEHIND_MS;
  return behind || !watching.watcher ? "catching-up" : "live";
}

function lagOf({ dirty, rescans, progress, lanes, meter, watching, guard }: Parts): Lag {
  const now = performance.now();
  const unnamed = progress.complete ? rescans.since : undefined;
  const oldest = Math.min(dirty.oldest ?? now, unnamed ?? now);
  const read = watching.watcher?.position?.().offset;
  const unread = read === undefined ? 0 : Math.max(0, guard.sourceOffset - read);
  const bytes = lanes.bytesInFlight + unread;
  return { keys: dirty.size, bytes, ms: now - oldest, p99Ms: meter.lagP99() };
}
