import type { Side } from "./protocol.ts";

/** What a drain's sentinel is called on the side that owns the traffic. The fence writes it, in one transaction with the pause. */
export interface Sentinel {
  readonly key: string;
  readonly value: string;
  /** The server forgets it by itself. */
  readonly ttlMs: number;
}

/** The two tails of a move, as a switch handles them: at most one applies, at any time. `toward`: the side that a tail writes to. */
export interface Tails {
  /** The side that the applying tail writes to. */
  readonly toward: Side;
  /**
   * Ahead of a hold: opens everything that the opposite tail needs, so that `turn` takes no connection and no scan.
   * It hears, notes nothing and applies nothing. May take seconds; asked again, it only looks whether all is open.
   */
  prepare(): Promise<void>;
  /** A sentinel that the applying tail watches for from now on. */
  expectSentinel(): Sentinel;
  /**
   * Resolves when the sentinel has come through, nothing is dirty, and a mark was written as the last key of all and
   * acknowledged by the replicas of `toward`. Rejects when `signal` is aborted, or when the drain must begin again.
   */
  drain(sentinel: Sentinel, signal: AbortSignal): Promise<void>;
  /** The applying tail finishes what is in flight, stops applying and goes on noting; the opposite one starts to note. */
  turn(): Promise<void>;
  /**
   * The tail toward this side applies from now on, and the opposite one is off. A drain or turn under way is given up.
   * Not `equal`: it begins with a full pass.
   */
  arm(toward: Side, equal: boolean): Promise<void>;
}
