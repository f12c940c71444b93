import { decided, endingStep, idleStep } from "./driverEnding.ts";
import type {
  Attempt,
  DriverAction,
  DriverEvent,
  DriverState,
  DriverStep,
  Trying,
  Withdrawal,
} from "./driverTypes.ts";
import { DEFAULT_TIMING, other, type Decision, type Timing } from "./protocol.ts";

/** A driver that has just started and knows nothing: the first state after a crash. */
export const JOINING: DriverState = { phase: "joining", last: undefined };

/** A driver in whose process the tail toward the other side already runs. */
export function drivingFrom(owner: Decision): DriverState {
  return { phase: "idle", owner, untold: [] };
}

/** What the driver's steps need to know besides its state. */
export interface Driving {
  /** Every relay through which a client can write. A switch without one of them does not begin. */
  readonly relays: readonly string[];
  readonly timing?: Timing;
}

/** The driver's next state and what it does now. Pure; any event may come in any phase, and again. */
export function driverStep(state: DriverState, event: DriverEvent, driving: Driving): DriverStep {
  const timing = driving.timing ?? DEFAULT_TIMING;
  switch (state.phase) {
    case "joining":
      return joiningStep(state.last, event, timing);
    case "idle":
      return idleStep(state, event, timing);
    case "opening":
      return openingStep(state.owner, event, driving.relays, timing);
    case "unfencing":
    case "arming":
      return endingStep(state, event, timing);
    default:
      return tryingStep(state, event, driving.relays, timing);
  }
}

function joiningStep(last: Decision | undefined, event: DriverEvent, timing: Timing): DriverStep {
  const state: DriverState = { phase: "joining", last };
  const ask: DriverAction = last
    ? { type: "settle", epoch: last.epoch + 1, side: last.side }
    : { type: "read" };
  if (event.type === "start") return { state, actions: [ask] };
  if (event.type === "timer" && event.timer === "retry") return { state, actions: [ask] };
  if (event.type === "read" && !last && event.decision)
    return joiningStep(event.decision, { type: "start" }, timing);
  if (event.type === "settled" && last && event.decision && event.decision.epoch > last.epoch) {
    const owner = event.decision;
    return {
      state: { phase: "unfencing", owner, untold: [], kill: true, equal: false },
      actions: [{ type: "unfence", side: other(owner.side), kill: true }],
    };
  }
  const unanswered = ["read", "settled", "recordFailed"].includes(event.type);
  return unanswered ? { state, actions: [retryLater(timing)] } : { state, actions: [] };
}

/** Reads which epoch is next. A record that names another owner than we serve leads back to joining. */
function openingStep(
  owner: Decision,
  event: DriverEvent,
  relays: readonly string[],
  timing: Timing,
): DriverStep {
  const state: DriverState = { phase: "opening", owner };
  if (event.type === "recordFailed" || (event.type === "read" && !event.decision)) {
    return { state: { phase: "idle", owner, untold: [] }, actions: [withdraw("failed")] };
  }
  if (event.type !== "read" || !event.decision) return { state, actions: [] };
  if (event.decision.side !== owner.side) return joiningStep(undefined, { type: "start" }, timing);
  const epoch = event.decision.epoch + 1;
  const attempt: Attempt = {
    epoch,
    from: owner.side,
    held: [],
    fenced: false,
    turned: false,
    withdrawn: false,
    lapsed: false,
  };
  return {
    state: { phase: "holding", attempt },
    actions: [
      { type: "startTimer", timer: "deadline", ms: timing.driverMs },
      ...askToHold(attempt, relays, timing),
    ],
  };
}

function tryingStep(
  state: Trying,
  event: DriverEvent,
  relays: readonly string[],
  timing: Timing,
): DriverStep {
  const { attempt } = state;
  switch (event.type) {
    case "message":
      if (event.message.type === "serving" && event.message.epoch >= attempt.epoch)
        return withdrawn(state, "already-decided");
      return event.message.type === "held" && event.message.epoch === attempt.epoch
        ? heldBy(state, event.relay, relays)
        : stay(state);
    case "fenceLost":
      return withdrawn(lapse(state), "fence-lapsed");
    case "workFailed":
      return withdrawn(state, "failed");
    case "timer":
      if (event.timer === "deadline") return withdrawn(state, "deadline");
      if (event.timer === "lease") return withdrawn(lapse(state), "fence-lapsed");
      if (event.timer === "renew")
        return { state, actions: [{ type: "renew", side: attempt.from }] };
      if (event.timer === "retry" && state.phase === "settling") return settle(attempt);
      return event.timer === "resend" && state.phase === "holding"
        ? { state, actions: askToHold(attempt, relays, timing) }
        : stay(state);
    case "renewed":
      return attempt.lapsed ? stay(state) : { state, actions: lease(event.tookMs, timing) };
    default:
      return advance(state, event, relays, timing);
  }
}

/** Hold → fence → drain → turn → decide. The forward tail stands still before the record is asked, since a relay may read it at once. */
function advance(
  state: Trying,
  event: DriverEvent,
  relays: readonly string[],
  timing: Timing,
): DriverStep {
  const { attempt } = state;
  const toward = other(attempt.from);
  if (event.type === "fenced" && attempt.fenced && !attempt.lapsed) {
    const actions = lease(event.tookMs, timing);
    return state.phase === "fencing"
      ? { state: { phase: "draining", attempt }, actions: [...actions, { type: "drain", toward }] }
      : { state, actions };
  }
  if (event.type === "drained" && state.phase === "draining")
    return { state: { phase: "turning", attempt }, actions: [{ type: "turn", toward }] };
  if (event.type === "turned" && state.phase === "turning")
    return decide({ ...attempt, turned: true });
  if (event.type === "unfenced" && state.phase === "lifting")
    return lifted(attempt, event.unbroken);
  if (state.phase !== "settling") return stay(state);
  if (event.type === "settled" && event.decision && event.decision.epoch >= attempt.epoch)
    return decided(attempt, event.decision, relays, timing);
  return event.type === "settled" || event.type === "recordFailed"
    ? { state, actions: [retryLater(timing)] }
    : stay(state);
}

function heldBy(state: Trying, relay: string, relays: readonly string[]): DriverStep {
  if (state.phase !== "holding" || state.attempt.held.includes(relay)) return stay(state);
  const held = [...state.attempt.held, relay].sort();
  const attempt = { ...state.attempt, held };
  if (!relays.every((each) => held.includes(each))) return stay({ ...state, attempt });
  return {
    state: { phase: "fencing", attempt: { ...attempt, fenced: true } },
    actions: [
      { type: "stopTimer", timer: "resend" },
      { type: "fence", side: attempt.from },
    ],
  };
}

/** Proposes to stay from now on; a proposal that is already under way may still win. */
function withdrawn(state: Trying, why: Withdrawal): DriverStep {
  if (state.attempt.withdrawn)
    return state.phase === "lifting" && why !== "deadline" ? settle(state.attempt) : stay(state);
  const attempt = { ...state.attempt, withdrawn: true };
  if (state.phase === "settling") {
    return { state: { phase: "settling", attempt }, actions: [withdraw(why)] };
  }
  const step = state.phase === "lifting" ? settle(attempt) : decide(attempt);
  const stop: DriverAction = { type: "stopTimer", timer: "resend" };
  return { state: step.state, actions: [withdraw(why), stop, ...step.actions] };
}

/**
 * A pause on the target would hold up the record too, which lives there: on the way back the fence is lifted first, and
 * what queued behind it is killed unless the traffic is to stay.
 */
function decide(attempt: Attempt): DriverStep {
  if (!attempt.fenced || attempt.from !== "target") return settle(attempt);
  return {
    state: { phase: "lifting", attempt },
    actions: [{ type: "unfence", side: attempt.from, kill: !attempt.withdrawn }],
  };
}

function lifted(attempt: Attempt, unbroken: boolean): DriverStep {
  const whole = unbroken && !attempt.lapsed;
  const step = settle({
    ...attempt,
    fenced: false,
    lapsed: !whole,
    withdrawn: attempt.withdrawn || !whole,
  });
  const stops = (["lease", "renew"] as const).map((timer): DriverAction => ({
    type: "stopTimer",
    timer,
  }));
  return { state: step.state, actions: [...stops, ...step.actions] };
}

function settle(attempt: Attempt): DriverStep {
  const side = attempt.withdrawn ? attempt.from : other(attempt.from);
  return {
    state: { phase: "settling", attempt },
    actions: [{ type: "settle", epoch: attempt.epoch, side }],
  };
}

function lapse(state: Trying): Trying {
  return { ...state, attempt: { ...state.attempt, lapsed: true } };
}

function askToHold(
  attempt: Attempt,
  relays: readonly string[],
  { resendMs }: Timing,
): DriverAction[] {
  const message = { type: "hold", epoch: attempt.epoch } as const;
  const missing = relays.filter((relay) => !attempt.held.includes(relay));
  return [
    ...missing.map((relay) => ({ type: "send", relay, message }) as const),
    { type: "startTimer", timer: "resend", ms: resendMs },
  ];
}

function lease(tookMs: number, { leaseMs }: Timing): DriverAction[] {
  return [
    { type: "startTimer", timer: "lease", ms: leaseMs - tookMs },
    { type: "startTimer", timer: "renew", ms: leaseMs / 3 },
  ];
}

function retryLater({ retryMs }: Timing): DriverAction {
  return { type: "startTimer", timer: "retry", ms: retryMs };
}

function withdraw(why: Withdrawal): DriverAction {
  return { type: "withdraw", why };
}

function stay(state: DriverState): DriverStep {
  return { state, actions: [] };
}
