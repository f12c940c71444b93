import type { WatcherKind } from "../watch/watcher.ts";

/**
 * `copying`: not every key has been copied once. `catching-up`: keys are behind that nobody can name, or for more
 * than a second. `live`: the target follows. `stopped`: it no longer does.
 */
export type Phase = "copying" | "catching-up" | "live" | "stopped";

/** How far the target is behind what is known of the source. */
export interface Lag {
  /** Changed keys that the target has not acknowledged. */
  readonly keys: number;
  /** Bytes read and not acknowledged; with replication also those of the stream that were not read. */
  readonly bytes: number;
  /** Age of the oldest change that has not been acknowledged; 0 when there is none. */
  readonly ms: number;
  /** 99th percentile of the age at which the last 8192 changes were acknowledged. */
  readonly p99Ms: number;
}

/** How a live copy stands. Plain JSON. */
export interface SyncState {
  readonly phase: Phase;
  /** How changes are learnt; undefined while the source cannot be watched. */
  readonly watch: WatcherKind | undefined;
  /** Keys looked at by the copy, those of an interrupted one included. */
  readonly keys: number;
  /** Keys on the source when the copy began. */
  readonly total: number;
  /** Over the last two seconds, changes included. */
  readonly keysPerSecond: number;
  /** Changed keys that have been copied. */
  readonly changes: number;
  readonly lag: Lag;
  readonly rescans: readonly { readonly reason: string; readonly count: number }[];
  /** Lanes and watchers that had to be opened again. */
  readonly reconnects: number;
  /** Large keys that wait or are being copied piece by piece. */
  readonly largeKeys: number;
}
