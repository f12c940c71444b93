import type { RedisAddress } from "../connection.ts";
import type { DirtyBounds } from "../dirty.ts";
import type { Thresholds } from "../pace.ts";
import type { Tail } from "../watch/choose.ts";
import type { SyncCheckpoint } from "./checkpoints.ts";
import type { SyncState } from "./state.ts";

export interface LiveSyncOptions {
  readonly source: RedisAddress;
  readonly target: RedisAddress;
  /** How to learn of changes; `auto` if absent. */
  readonly tail?: Tail | undefined;
  /** Both hold the same and nobody writes yet: nothing is copied but what changes from now on. */
  readonly startEqual?: boolean | undefined;
  /** Begins as a standby: it is armed and connected, drops what it hears and applies nothing; with `startEqual`. */
  readonly standby?: boolean | undefined;
  /** What `onCheckpoint` was last called with by a copy that was killed. */
  readonly checkpoint?: SyncCheckpoint | undefined;
  /** When the source is to be spared; `false`: never. */
  readonly throttle?: Partial<Thresholds> | false | undefined;
  /** How many changed keys are held by name. */
  readonly dirtyBounds?: DirtyBounds | undefined;
  /** Called about once a second; the next call waits for the last. */
  onCheckpoint?(checkpoint: SyncCheckpoint): void | Promise<void>;
  /** Called four times a second. */
  onState?(state: SyncState): void;
  readonly signal?: AbortSignal | undefined;
}
