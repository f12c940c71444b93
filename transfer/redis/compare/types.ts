import type { KeyPlace } from "../large.ts";
import type { Thresholds } from "../pace.ts";
import type { KeyDifference } from "./closeLook.ts";

export type DifferenceKind = KeyDifference | "function library";

export interface Difference {
  /** 0 for a function library, which belongs to no database. */
  readonly db: number;
  readonly kind: DifferenceKind;
  /** First 16 digits of the name's SHA-256: the name itself is data and may not leave the process. */
  readonly keyDigest: string;
}

export interface Comparison {
  /** Keys on each side, both looked at in the same moment; what has expired by then is no key. */
  readonly source: number;
  readonly target: number;
  /** All keys and function libraries that differ. */
  readonly differences: number;
  /** Keys of a live pair that kept changing while they were looked at, so that nothing can be said of them. */
  readonly changedSince: number;
  /** The first differences found, with masked names. */
  readonly sample: readonly Difference[];
  /** Names of the first 10,000 keys that differ, for `repair`. Names are data: they stay in the process. */
  readonly differing: readonly KeyPlace[];
}

export interface CompareOptions {
  /** By how much an expiry may differ, in ms; default 1,000. */
  readonly expiryToleranceMs?: number;
  /** Clients write while a tail copies: see `compareServers`. */
  readonly live?: LivePair | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Keys of the source compared so far. */
  onProgress?(keys: number): void;
}

export interface LivePair {
  /** How long a difference must have stood still to count as one; default 1,000 ms, well above a tail's lag. */
  readonly settleMs?: number | undefined;
  /** The comparison yields to the source's clients as a copy does; `false`: it does not. */
  readonly throttle?: Partial<Thresholds> | false | undefined;
}
