import {
  DEFAULT_TIMING,
  unreachable,
  type Decision,
  type Message,
  type Side,
  type Step,
  type Timing,
} from "./protocol.ts";

/** One relay's part in a switch: docs/switch.md has it as a table. It forwards in `serving` and in no other phase. */
export type RelayState =
  /** Just started, without memory: reads who owns the traffic. */
  | { readonly phase: "booting" }
  | { readonly phase: "serving"; readonly last: Decision }
  /** Asked to hold; replies are still in flight. */
  | { readonly phase: "stopping"; readonly last: Decision; readonly epoch: number }
  | { readonly phase: "holding"; readonly last: Decision; readonly epoch: number }
  /** Asks the record how `epoch` was decided, and proposes to stay if it was not. */
  | { readonly phase: "settling"; readonly last: Decision; readonly epoch: number };

export type RelayTimer = "deadline" | "retry" | "recheck";

export type RelayEvent =
  | { readonly type: "start" }
  | { readonly type: "message"; readonly message: Message }
  /** Nothing is forwarded any more and every reply in flight has arrived. */
  | { readonly type: "stopped" }
  | { readonly type: "timer"; readonly timer: RelayTimer }
  /** Answers of the record, all durable; `undefined`: it has none. */
  | { readonly type: "read"; readonly decision: Decision | undefined }
  | { readonly type: "settled"; readonly decision: Decision | undefined }
  | { readonly type: "kept" }
  /** The record could not be asked, or the answer could not be confirmed. */
  | { readonly type: "recordFailed" };

export type RelayAction =
  | { readonly type: "send"; readonly message: Message }
  /** Take no further command at a protocol boundary, wait for the replies in flight; answered by `stopped`. */
  | { readonly type: "stop" }
  /** Forward to this side, the waiting commands first. */
  | { readonly type: "release"; readonly side: Side }
  | { readonly type: "read" }
  | { readonly type: "settle"; readonly epoch: number; readonly side: Side }
  | { readonly type: "keep"; readonly decision: Decision }
  | { readonly type: "startTimer"; readonly timer: RelayTimer; readonly ms: number }
  | { readonly type: "stopTimer"; readonly timer: RelayTimer };

type RelayStep = Step<RelayState, RelayAction>;

export const BOOTING: RelayState = { phase: "booting" };

/** The relay's next state and what it does now. Pure; any event may come in any phase, and again. */
export function relayStep(
  state: RelayState,
  event: RelayEvent,
  timing: Timing = DEFAULT_TIMING,
): RelayStep {
  switch (event.type) {
    case "start":
      return state.phase === "booting" ? { state, actions: [{ type: "read" }] } : stay(state);
    case "message":
      return told(state, event.message, timing);
    case "stopped":
      return state.phase === "stopping"
        ? { state: { ...state, phase: "holding" }, actions: [send("held", state.epoch)] }
        : stay(state);
    case "timer":
      return timerFired(state, event.timer);
    case "read":
      return wasRead(state, event.decision, timing);
    case "settled":
      return wasSettled(state, event.decision, timing);
    case "kept":
      return state.phase === "serving" ? { state, actions: [recheckLater(timing)] } : stay(state);
    case "recordFailed":
      return recordFailed(state, timing);
    default:
      return unreachable(event);
  }
}

function told(state: RelayState, message: Message, timing: Timing): RelayStep {
  if (message.type !== "hold" && message.type !== "decided") return stay(state);
  if (state.phase === "booting" || state.phase === "settling") return stay(state);
  if (state.phase === "serving") return toldServing(state.last, message, timing);
  if (message.type === "hold" && message.epoch === state.epoch) {
    return state.phase === "holding"
      ? { state, actions: [send("held", state.epoch)] }
      : stay(state);
  }
  // A hold for a later epoch means, as `decided` does, that this one is over.
  return message.epoch >= state.epoch ? settle(state.last, state.epoch) : stay(state);
}

function toldServing(last: Decision, message: Message, timing: Timing): RelayStep {
  const state: RelayState = { phase: "serving", last };
  if (message.epoch <= last.epoch) return { state, actions: [send("serving", last.epoch)] };
  if (message.type === "decided") return stay(state);
  return {
    state: { phase: "stopping", last, epoch: message.epoch },
    actions: [
      { type: "stopTimer", timer: "recheck" },
      { type: "startTimer", timer: "deadline", ms: timing.relayMs },
      { type: "stop" },
    ],
  };
}

function timerFired(state: RelayState, timer: RelayTimer): RelayStep {
  switch (timer) {
    case "deadline":
      return state.phase === "stopping" || state.phase === "holding"
        ? settle(state.last, state.epoch)
        : stay(state);
    case "retry":
      if (state.phase === "booting") return { state, actions: [{ type: "read" }] };
      return state.phase === "settling" ? settle(state.last, state.epoch) : stay(state);
    case "recheck":
      return state.phase === "serving"
        ? { state, actions: [{ type: "keep", decision: state.last }] }
        : stay(state);
    default:
      return unreachable(timer);
  }
}

/** A relay without memory may have promised to hold for the epoch after the last: it decides that one before it serves. */
function wasRead(state: RelayState, last: Decision | undefined, timing: Timing): RelayStep {
  if (state.phase !== "booting") return stay(state);
  return last === undefined ? retryLater(state, timing) : settle(last, last.epoch + 1);
}

function settle(last: Decision, epoch: number): RelayStep {
  return {
    state: { phase: "settling", last, epoch },
    actions: [
      { type: "stopTimer", timer: "deadline" },
      { type: "settle", epoch, side: last.side },
    ],
  };
}

function wasSettled(state: RelayState, decision: Decision | undefined, timing: Timing): RelayStep {
  if (state.phase !== "settling") return stay(state);
  // An answer to an earlier question, or a record that was erased: absence is never permission.
  if (decision === undefined || decision.epoch < state.epoch) return retryLater(state, timing);
  return {
    state: { phase: "serving", last: decision },
    actions: [
      { type: "stopTimer", timer: "retry" },
      { type: "release", side: decision.side },
      send("serving", decision.epoch),
      recheckLater(timing),
    ],
  };
}

function recordFailed(state: RelayState, timing: Timing): RelayStep {
  if (state.phase === "serving") return { state, actions: [recheckLater(timing)] };
  const waits = state.phase === "booting" || state.phase === "settling";
  return waits ? retryLater(state, timing) : stay(state);
}

function retryLater(state: RelayState, timing: Timing): RelayStep {
  return { state, actions: [{ type: "startTimer", timer: "retry", ms: timing.retryMs }] };
}

function recheckLater(timing: Timing): RelayAction {
  return { type: "startTimer", timer: "recheck", ms: timing.recheckMs };
}

function send(type: "held" | "serving", epoch: number): RelayAction {
  return { type: "send", message: { type, epoch } };
}

function stay(state: RelayState): RelayStep {
  return { state, actions: [] };
}
