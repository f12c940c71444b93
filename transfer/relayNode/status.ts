import type { RelayStats } from "../relay/options.ts";
import type { RelayState } from "../switch/relay.ts";
import type { Side } from "../switch/protocol.ts";

/** How a relay stands, for its driver, its health check and its metrics. */
export interface NodeStatus {
  readonly name: string;
  readonly phase: RelayState["phase"];
  /** Whom it serves, and by which decision; undefined while it boots. */
  readonly side?: Side;
  readonly epoch?: number;
  /** Where it forwards; the same as `side` except between a decision and its release. */
  readonly forwarding: Side;
  readonly startedAt: string;
  /** When it ends whatever its clients do. */
  readonly expiresAt?: string;
  /** How long clients were held in the last hold, in ms. */
  readonly lastHoldMs?: number;
  readonly stats: RelayStats;
}
