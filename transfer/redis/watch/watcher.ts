import type { RedisAddress } from "../connection.ts";

/** Ways to learn which keys of a server change. */
export type WatcherKind = "tracking" | "notifications" | "replication";

/** What a watcher tells. Calls come in the order in which the server executed what they tell of. */
export interface WatchEvents {
  /** These keys were written, deleted or expired; `db` is undefined when the server does not say which database. */
  changed(db: number | undefined, keys: readonly Buffer[]): void;
  /** More than can be named changed in this database, or in all of them. */
  flushed(db: number | undefined, why: string): void;
  /**
   * Nothing more will be told, and what happened since the last call is not known. Comes once, and not after `close`.
   */
  lost(why: string): void;
}

/** Tells of every change from the moment it was opened. */
export interface Watcher {
  readonly kind: WatcherKind;
  /** The server process that is watched. */
  readonly runId: string;
  /** Whether every command is seen. Else FLUSHALL, SWAPDB and consumer groups must be looked for elsewhere. */
  readonly seesAll: boolean;
  /** Present when a later watcher can go on from here without having missed anything. */
  position?(): WatchPosition;
  close(): void;
}

/** A place in a source's replication stream. Plain data: may be kept in a checkpoint. */
export interface WatchPosition {
  readonly runId: string;
  readonly replId: string;
  /** Bytes of the stream that have been read. */
  readonly offset: number;
  /** Database that the stream last selected. */
  readonly db: number;
}

/** Opened, and whether it goes on where `from` ended: then nothing was missed. */
export interface Armed {
  readonly watcher: Watcher;
  readonly resumed: boolean;
}

/**
 * Opens a watcher; it is armed when the promise resolves: what is written from then on is told. Rejects with
 * `LinkError`, or with `RefusedError` when the server does not offer this way.
 */
export type OpenWatcher = (
  source: RedisAddress,
  events: WatchEvents,
  from?: WatchPosition,
) => Promise<Armed>;
