/**
 * Why the relay closed a client: it had not ended its transaction, or the request it was sending, or had not read its
 * replies in time; what it does cannot be carried to another upstream (`monitor`, `replication`, `redirect`,
 * `unknown`); the upstream could not be reached or was lost; the upstream refused the client's state; too many clients.
 */
export type CloseReason =
  | "transaction"
  | "request"
  | "reader"
  | "monitor"
  | "replication"
  | "redirect"
  | "unknown"
  | "upstream"
  | "refused"
  | "limit";

export type Closed = Partial<Record<CloseReason, number>>;

/** Since the relay started. */
export class Counters {
  /** Clients accepted. */
  accepted = 0;
  requests = 0;
  bytesFromClients = 0;
  bytesToClients = 0;
  /** Blocking commands let go at a hold, and issued again after it. */
  unblocked = 0;
  reissued = 0;
  /** Transactions that were answered nil because their watched keys lay on another upstream. */
  brokenWatches = 0;
  readonly closed: Closed = {};

  close(reason: CloseReason): void {
    this.closed[reason] = (this.closed[reason] ?? 0) + 1;
  }

  /** What was closed since `before` was copied. */
  closedSince(before: Closed): Closed {
    const reasons = Object.keys(this.closed) as CloseReason[];
    const since = reasons.map((reason) => [reason, this.closed[reason]! - (before[reason] ?? 0)]);
    return Object.fromEntries(since.filter(([, count]) => count !== 0)) as Closed;
  }
}
