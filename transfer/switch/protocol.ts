/** The two servers of a move. They keep these names when a rollback sends the traffic back. */
export type Side = "source" | "target";

/** Who owns the traffic from this epoch on. Epoch 0 is written when the relays are put in; each later one is a switch that was tried, or the return of a relay or driver that had lost its memory. */
export interface Decision {
  readonly epoch: number;
  readonly side: Side;
}

/** A relay's connections to the side it serves, on which nothing is under way: ports by the host they come from. */
export type Connections = Readonly<Record<string, readonly number[]>>;

/** What driver and relays tell each other. No message moves traffic: only the record does. */
export type Message =
  /** Driver to relay: stop forwarding; epoch is about to be decided. */
  | { readonly type: "hold"; readonly epoch: number }
  /** Relay to driver: nothing is forwarded and no reply is in flight. */
  | { readonly type: "held"; readonly epoch: number; readonly idle?: Connections }
  /** Driver to relay: the epoch is decided; look at the record. */
  | { readonly type: "decided"; readonly epoch: number }
  /** Relay to driver: I serve by this epoch; it and all before it are decided. */
  | { readonly type: "serving"; readonly epoch: number };

/** Durations in milliseconds, all of the monotonic clock. None of them is needed for safety: a timer only makes somebody ask the record. */
export interface Timing {
  /** How long the driver tries before it proposes to stay. */
  readonly driverMs: number;
  /** How long a relay holds before it proposes to stay: longer than the driver's, so that it speaks only for a driver that is gone. */
  readonly relayMs: number;
  /** Between two attempts at a record that does not answer. */
  readonly retryMs: number;
  /** Between two copies of a message that is not answered. */
  readonly resendMs: number;
  /** For how long the fence holds on the losing side without renewal. */
  readonly leaseMs: number;
  /** Between two looks of a serving relay whether the record still stands. */
  readonly recheckMs: number;
}

export const DEFAULT_TIMING: Timing = {
  driverMs: 200,
  relayMs: 1_000,
  retryMs: 50,
  resendMs: 20,
  leaseMs: 1_000,
  recheckMs: 10_000,
};

/** What a machine makes of an event: its next state, and what the world around it shall do. */
export interface Step<State, Action> {
  readonly state: State;
  readonly actions: readonly Action[];
}

export function other(side: Side): Side {
  return side === "source" ? "target" : "source";
}

/** Lets a `switch` name every case: a new one does not compile. */
export function unreachable(value: never): never {
  throw new Error(`no such case: ${JSON.stringify(value)}`);
}
