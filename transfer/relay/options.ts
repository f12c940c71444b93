import type { Closed, CloseReason, Counters } from "./counters.ts";
import type { Protocol } from "./session.ts";

/** What a relay is started with. */
export interface RelayOptions<Upstream> {
  readonly protocol: Protocol<Upstream>;
  readonly listen: { readonly host: string; readonly port: number };
  readonly upstream: Upstream;
  /** Clients beyond so many are closed at once; 10,000 when absent. */
  readonly maxClients?: number;
  /** Begins with a hold: clients are accepted and wait until the first release. */
  readonly held?: boolean;
  /** The relay has closed a client. */
  readonly onClosed?: (reason: CloseReason) => void;
}

/** How long a hold may last, and what follows. */
export interface HoldOptions {
  /** The whole hold, until the release, lasts at most so long (ms); without an end when absent. */
  readonly deadlineMs?: number;
  /** A client has so long (ms) to end its transaction, to send the rest of a request, to read; then it is closed. */
  readonly patienceMs?: number;
  /**
   * The deadline has passed. "release" lets the clients go where they were before the hold, which is what happens when
   * this is absent; "stay" keeps holding, without a deadline. Rejecting means "stay".
   */
  readonly onDeadline?: (state: HeldState) => Promise<"release" | "stay">;
}

/** How far a hold has come when its deadline passes. */
export interface HeldState {
  /** Nothing is under way on the upstream that was held. */
  readonly quiet: boolean;
  /** Sessions that still have something under way. */
  readonly unsettled: number;
  /** The relay has been told to switch. */
  readonly switched: boolean;
}

/** What a hold took. */
export interface HoldReport {
  readonly ms: number;
  readonly sessions: number;
  /** Blocking commands that were let go, to be issued again. */
  readonly unblocked: number;
  /** Clients that had to be closed, by reason. */
  readonly closed: Closed;
}

/** Connections opened ahead of a switch. */
export interface PrepareReport {
  readonly ready: number;
  readonly failed: number;
}

/** What a switch took; sessions that are not attached try once more at the release, and are closed if that fails. */
export interface SwitchReport {
  readonly ms: number;
  readonly attached: number;
  readonly failed: number;
}

/** Clients pass; clients wait and replies are still under way; clients wait and nothing is under way. */
export type RelayState = "open" | "holding" | "held";

/** Counters since the start, and what is now. */
export interface RelayStats extends Readonly<
  Pick<
    Counters,
    | "accepted"
    | "requests"
    | "bytesFromClients"
    | "bytesToClients"
    | "unblocked"
    | "reissued"
    | "brokenWatches"
  >
> {
  readonly state: RelayState;
  /** Clients connected. */
  readonly sessions: number;
  readonly holds: number;
  /** Holds that ended at their deadline. */
  readonly expired: number;
  readonly closed: Closed;
  /** The protocol's own. */
  readonly protocol: Readonly<Record<string, number>>;
}

/** The hold ended at its deadline, or was ended by a release, before what was asked for had happened. */
export class HoldEndedError extends Error {
  override readonly name = "HoldEndedError";
}
