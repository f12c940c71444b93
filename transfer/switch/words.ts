import type { DriverState, Withdrawal } from "./driverTypes.ts";
import type { Timing } from "./protocol.ts";

/** Why a switch was withdrawn: what was missing, and who. `state` is the one that it was withdrawn in. */
export function withdrawalInWords(
  why: Withdrawal,
  state: DriverState,
  relays: readonly string[],
  timing: Timing,
  failure: string | undefined,
): string {
  switch (why) {
    case "deadline":
      return `${missing(state, relays)} within ${timing.driverMs} ms`;
    case "already-decided":
      return "a relay serves by this epoch's decision already: it was started again, or its own deadline passed";
    case "fence-lapsed":
      return failure ?? "the pause was not renewed in time";
    case "failed":
      return failure ?? "there is no decision record on the target";
  }
}

function missing(state: DriverState, relays: readonly string[]): string {
  if (!("attempt" in state)) return "the switch did not end";
  const waiting = relays.filter((relay) => !state.attempt.held.includes(relay));
  switch (state.phase) {
    case "holding":
      return `${waiting.join(" and ")} did not hold`;
    case "fencing":
      return `the ${state.attempt.from} did not pause writes`;
    case "draining":
      return "the copy did not come level";
    case "turning":
      return "the tails did not turn";
    case "lifting":
      return `the pause on the ${state.attempt.from} could not be lifted`;
    case "settling":
      return "the decision record did not answer";
  }
}
