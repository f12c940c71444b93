import type { Socket } from "node:net";
import type { CloseReason, Counters } from "./counters.ts";

/**
 * One client's connection and what stands for it upstream. The relay tells all sessions to hold, to attach to an
 * upstream, to release; a session tells the relay when it has settled.
 */
export interface Session<Upstream> {
  /** Held, and nothing is under way upstream; attached, if it was told to attach. */
  readonly settled: boolean;
  /** Where its connection upstream comes from, as the upstream sees it; undefined while there is none. */
  readonly local: { readonly host: string; readonly port: number } | undefined;
  /** Connected to this upstream, with all state that the client had. */
  attachedTo(upstream: Upstream): boolean;
  /** Opens a connection to an upstream that is likely to be the next, so that attaching is quick. */
  prepare(upstream: Upstream): Promise<boolean>;
  /** Forwards nothing more from the next boundary on. */
  hold(): void;
  /** Called every few milliseconds while it has not settled; `overdue` when the client has been given time enough. */
  nudge(overdue: boolean): void;
  /** While held: leaves its upstream for this one and brings the client's state along. */
  attach(upstream: Upstream): void;
  /** Forwards again, to this upstream. */
  release(upstream: Upstream): void;
  /** Ends both connections now. */
  close(): void;
}

/** What a session may ask of its relay. */
export interface SessionHost {
  readonly counters: Counters;
  /** The session has settled, or is gone. */
  settled(session: Session<never>): void;
  /** Nothing is left of the session. */
  gone(session: Session<never>): void;
  /** A connection is of no use any more: to be closed by this once the clients have been released. */
  leftBehind(close: () => void): void;
  /** A client was closed by the relay rather than by itself or its server. */
  closed(reason: CloseReason): void;
}

/** What the relay must know about a protocol. */
export interface Protocol<Upstream> {
  /** A client has connected; `held` when it must wait. */
  open(client: Socket, upstream: Upstream, host: SessionHost, held: boolean): Session<Upstream>;
  /** What the next upstream must know beforehand, from all clients together. */
  prepare(upstream: Upstream): Promise<void>;
  /** Counters of its own. */
  stats(): Readonly<Record<string, number>>;
  close(): void;
}
