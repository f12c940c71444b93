import type { Decision, Message, Side, Step } from "./protocol.ts";

/** Why a driver gave a switch up before it was decided. */
export type Withdrawal = "deadline" | "fence-lapsed" | "already-decided" | "failed";

/** A switch from its first message to the record's answer. */
export interface Attempt {
  readonly epoch: number;
  readonly from: Side;
  /** Relays that hold. */
  readonly held: readonly string[];
  /** The fence was asked for and is not known to be lifted. */
  readonly fenced: boolean;
  /** Both tails stand still and note what changes. */
  readonly turned: boolean;
  /** From now on the driver proposes to stay. */
  readonly withdrawn: boolean;
  /** The fence was not renewed in time: writes that queued behind it may have landed. */
  readonly lapsed: boolean;
}

/** The driver's part in a switch: docs/switch.md has it as a table. A tail runs toward the side that does not own the traffic. */
export type DriverState =
  /** Just started, without memory: decides what a predecessor left open (`last` once it is read), then starts the tail anew. */
  | { readonly phase: "joining"; readonly last: Decision | undefined }
  /** No switch under way. The relays in `untold` have not yet said that they serve by the last decision. */
  | { readonly phase: "idle"; readonly owner: Decision; readonly untold: readonly string[] }
  | { readonly phase: "opening"; readonly owner: Decision }
  | {
      readonly phase: "holding" | "fencing" | "draining" | "turning" | "lifting" | "settling";
      readonly attempt: Attempt;
    }
  /** Decided: the fence is lifted, then the new owner's tail is started. */
  | {
      readonly phase: "unfencing" | "arming";
      readonly owner: Decision;
      readonly untold: readonly string[];
      /** The loser's queued writes are killed with their connections. */
      readonly kill: boolean;
      /** The two sides were equal when writes began again, and the tail has noted every change since. */
      readonly equal: boolean;
    };

export type DriverTimer = "deadline" | "retry" | "resend" | "lease" | "renew";
export type DriverWork = "fence" | "drain" | "turn" | "unfence" | "arm";

export type DriverEvent =
  | { readonly type: "start" }
  /** Somebody wants the traffic on the other side. */
  | { readonly type: "switch" }
  | { readonly type: "message"; readonly relay: string; readonly message: Message }
  | { readonly type: "timer"; readonly timer: DriverTimer }
  /** Answers of the record, all durable; `undefined`: it has none. */
  | { readonly type: "read" | "settled"; readonly decision: Decision | undefined }
  /** The record could not be asked, or the answer could not be confirmed. */
  | { readonly type: "recordFailed" }
  /** The pause holds. `tookMs` since it was asked for: the lease is shorter by that. */
  | { readonly type: "fenced" | "renewed"; readonly tookMs: number }
  /** The connection that fenced was lost, or a renewal was refused. */
  | { readonly type: "fenceLost" }
  | { readonly type: "drained" | "turned" | "armed" }
  /** `unbroken`: lifted on the very connection that fenced, so one server has held it all the time. */
  | { readonly type: "unfenced"; readonly unbroken: boolean }
  | { readonly type: "workFailed"; readonly work: DriverWork };

export type DriverAction =
  | { readonly type: "send"; readonly relay: string; readonly message: Message }
  | { readonly type: "read" }
  | { readonly type: "settle"; readonly epoch: number; readonly side: Side }
  /** On this side: kill the clients that are neither relays nor godwit; write the sentinel and pause writes in one transaction. */
  | { readonly type: "fence" | "renew"; readonly side: Side }
  /** Copy until the sentinel is through and nothing is dirty, then a mark as the last key of all; done when that side's replica has acknowledged the mark on a connection that reads it. */
  | { readonly type: "drain"; readonly toward: Side }
  /** The tail toward this side stops applying and goes on listening; the opposite one starts to listen and applies nothing. */
  | { readonly type: "turn"; readonly toward: Side }
  /** Lift the pause. `kill`: first every connection but godwit's, so that what queued never runs. */
  | { readonly type: "unfence"; readonly side: Side; readonly kill: boolean }
  /** The tail toward this side applies from now on and the opposite one is off; a `drain` or `turn` under way is given up. Not `equal`: it begins with a full pass. */
  | { readonly type: "arm"; readonly toward: Side; readonly equal: boolean }
  /** For the report; needs no answer. */
  | { readonly type: "withdraw"; readonly why: Withdrawal }
  | { readonly type: "startTimer"; readonly timer: DriverTimer; readonly ms: number }
  | { readonly type: "stopTimer"; readonly timer: DriverTimer };

export type DriverStep = Step<DriverState, DriverAction>;

/** A state of one or several named phases. */
export type In<Phase extends DriverState["phase"]> = Extract<
  DriverState,
  { readonly phase: Phase }
>;
/** A switch is under way and the record has not answered. */
export type Trying = Extract<DriverState, { readonly attempt: Attempt }>;
/** The record has answered; the world is put in order. */
export type Ending = Extract<DriverState, { readonly kill: boolean }>;
