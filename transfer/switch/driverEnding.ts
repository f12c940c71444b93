import type { Attempt, DriverAction, DriverEvent, DriverStep, Ending, In } from "./driverTypes.ts";
import { other, type Decision, type Side, type Timing } from "./protocol.ts";

/** The record has answered: the relays first, since their clients wait; then fence and tails. */
export function decided(
  attempt: Attempt,
  owner: Decision,
  relays: readonly string[],
  timing: Timing,
): DriverStep {
  const moved = owner.side !== attempt.from;
  const stop = (["deadline", "retry", "resend"] as const).map((timer): DriverAction => ({
    type: "stopTimer",
    timer,
  }));
  const tell = [...stop, ...tellDecided(owner, relays, timing)];
  const touched = relays.every((relay) => attempt.held.includes(relay));
  if (!touched && !moved) return { state: { phase: "idle", owner, untold: relays }, actions: tell };
  const equal = !moved || (attempt.turned && !attempt.lapsed);
  const ending = { owner, untold: relays, kill: moved, equal } as const;
  const next: DriverStep = attempt.fenced
    ? unfenceFirst({ ...ending, phase: "unfencing" })
    : arm({ ...ending, phase: "arming" });
  return { state: next.state, actions: [...tell, ...next.actions] };
}

/** Nothing is under way; a switch may be asked for, and relays may still have to be told the last one's end. */
export function idleStep(state: In<"idle">, event: DriverEvent, timing: Timing): DriverStep {
  if (event.type === "switch") {
    return {
      state: { phase: "opening", owner: state.owner },
      actions: [{ type: "stopTimer", timer: "resend" }, { type: "read" }],
    };
  }
  return telling(state, event, timing);
}

/** Lifts the fence, then starts the new owner's tail. */
export function endingStep(state: Ending, event: DriverEvent, timing: Timing): DriverStep {
  const lapsed = event.type === "fenceLost" || (event.type === "timer" && event.timer === "lease");
  if (lapsed && state.phase === "unfencing")
    return { state: { ...state, equal: state.equal && !state.kill }, actions: [] };
  if (event.type === "unfenced" && state.phase === "unfencing")
    return arm({ ...state, equal: state.equal && (event.unbroken || !state.kill) });
  if (event.type === "armed" && state.phase === "arming") {
    const { owner, untold } = state;
    return { state: { phase: "idle", owner, untold }, actions: [] };
  }
  if (event.type === "workFailed" && (event.work === "unfence" || event.work === "arm"))
    return { state, actions: [{ type: "startTimer", timer: "retry", ms: timing.retryMs }] };
  if (event.type === "timer" && event.timer === "retry")
    return { state, actions: [state.phase === "unfencing" ? unfence(state) : armAction(state)] };
  if (event.type === "timer" && event.timer === "renew" && state.phase === "unfencing")
    return { state, actions: [{ type: "renew", side: fencedSide(state) }] };
  return telling(state, event, timing);
}

function unfenceFirst(state: Ending): DriverStep {
  return { state, actions: [unfence(state)] };
}

function arm(state: Ending): DriverStep {
  return {
    state: { ...state, phase: "arming" },
    actions: [
      { type: "stopTimer", timer: "lease" },
      { type: "stopTimer", timer: "renew" },
      armAction(state),
    ],
  };
}

function armAction({ owner, equal }: Ending): DriverAction {
  return { type: "arm", toward: other(owner.side), equal };
}

function unfence(state: Ending): DriverAction {
  return { type: "unfence", side: fencedSide(state), kill: state.kill };
}

/** The owner that stayed, or the side that lost the traffic. */
function fencedSide({ owner, kill }: Ending): Side {
  return kill ? other(owner.side) : owner.side;
}

/** Repeats `decided` until every relay has said that it serves by this epoch or a later one. */
function telling<State extends In<"idle"> | Ending>(
  state: State,
  event: DriverEvent,
  timing: Timing,
): DriverStep {
  if (event.type === "message" && event.message.type === "serving") {
    if (event.message.epoch < state.owner.epoch) return { state, actions: [] };
    const untold = state.untold.filter((relay) => relay !== event.relay);
    return { state: { ...state, untold }, actions: [] };
  }
  const resend = event.type === "timer" && event.timer === "resend" && state.untold.length > 0;
  return { state, actions: resend ? tellDecided(state.owner, state.untold, timing) : [] };
}

function tellDecided(
  { epoch }: Decision,
  relays: readonly string[],
  { resendMs }: Timing,
): DriverAction[] {
  return [
    ...relays.map(
      (relay) => ({ type: "send", relay, message: { type: "decided", epoch } }) as const,
    ),
    { type: "startTimer", timer: "resend", ms: resendMs },
  ];
}
