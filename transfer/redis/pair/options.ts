import type { DurableOptions } from "../../switch/durable.ts";
import type { Side } from "../../switch/protocol.ts";
import type { RedisAddress } from "../connection.ts";
import type { LiveSyncOptions, SyncCheckpoint, SyncState } from "../sync.ts";

/** How the tails are begun. What is not said here is as in a live copy. */
export interface PairOptions extends Pick<
  LiveSyncOptions,
  "tail" | "throttle" | "dirtyBounds" | "startEqual" | "checkpoint" | "signal"
> {
  readonly source: RedisAddress;
  readonly target: RedisAddress;
  /** The side that does not own the traffic; `startEqual` and `checkpoint` are of the tail toward it. */
  readonly toward: Side;
  /** Replicas of each side that must have acknowledged the mark of a drain toward it. */
  readonly replicas: Readonly<Record<Side, number>>;
  /** For how long they are waited for; absent: as in `DurableOptions`. */
  readonly patience?: Pick<DurableOptions, "confirmMs" | "answerMs">;
  /** Called about once a second by the tail that applies, and before one begins to; the next call waits for the last. */
  onCheckpoint?(checkpoint: SyncCheckpoint, toward: Side): void | Promise<void>;
}

/** How the applying tail stands. Plain JSON. */
export interface PairState extends SyncState {
  /** The side that it writes to: the one that does not own the traffic. */
  readonly toward: Side;
  /** Whether the traffic could go there now, after a drain of moments, without losing a write. */
  readonly rollbackLossless: boolean;
  /** Why it could not; absent while it could. */
  readonly rollbackGap?: { readonly since: string; readonly reason: string };
}
