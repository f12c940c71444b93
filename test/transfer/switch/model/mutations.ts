import type {
  DriverAction,
  DriverEvent,
  DriverState,
} from "../../../../transfer/switch/driverTypes.ts";
import { other, type Step } from "../../../../transfer/switch/protocol.ts";
import type { RelayAction, RelayState } from "../../../../transfer/switch/relay.ts";
import type { Scenario } from "./explore.ts";
import { REAL, type Rules } from "./rules.ts";

/** A way to get the protocol wrong, where that shows, and which invariant it breaks. */
export interface Mutation {
  readonly name: string;
  readonly rules: Partial<Rules>;
  readonly scenario: Omit<Scenario, "rules">;
  readonly breaks: RegExp;
}

const SOURCE = { epoch: 0, side: "source" } as const;

/** Gives the driver several events in a row and keeps the actions of these kinds. */
function inOneGo(
  state: DriverState,
  events: readonly DriverEvent[],
  keep: (action: DriverAction) => boolean,
): Step<DriverState, DriverAction> {
  const actions: DriverAction[] = [];
  for (const event of events) {
    const step = REAL.driver(state, event);
    state = step.state;
    actions.push(...step.actions.filter(keep));
  }
  return { state, actions };
}

const decideBeforeDrain: Rules["driver"] = (state, event) =>
  state.phase === "fencing" && event.type === "fenced"
    ? inOneGo(state, [event, { type: "drained" }], (action) => action.type !== "drain")
    : REAL.driver(state, event);

const turnAfterDecision: Rules["driver"] = (state, event) =>
  state.phase === "draining" && event.type === "drained"
    ? inOneGo(state, [event, { type: "turned" }], (action) => action.type !== "turn")
    : REAL.driver(state, event);

/** A driver that comes back and starts the owner's tail without first closing the epoch of its predecessor. */
const joinUnsettled: Rules["driver"] = (state, event) => {
  if (state.phase !== "joining" || event.type !== "read" || !event.decision)
    return REAL.driver(state, event);
  const owner = event.decision;
  return {
    state: { phase: "arming", owner, untold: [], kill: true, equal: false },
    actions: [{ type: "arm", toward: other(owner.side), equal: false }],
  };
};

const assumeEqual: Rules["driver"] = (state, event) => {
  const step = REAL.driver(state, event);
  const actions = step.actions.map((each) =>
    each.type === "arm" ? { ...each, equal: true } : each,
  );
  return { state: step.state, actions };
};

function serves(state: RelayState): Step<RelayState, RelayAction> {
  const last = "last" in state ? state.last : SOURCE;
  const actions = [{ type: "release", side: last.side } as const];
  return { state: { phase: "serving", last }, actions };
}

const releaseUnread: Rules["relay"] = (state, event) =>
  state.phase === "booting" && event.type === "start" ? serves(state) : REAL.relay(state, event);

const bootUnsettled: Rules["relay"] = (state, event) =>
  state.phase === "booting" && event.type === "read" && event.decision
    ? serves({ phase: "serving", last: event.decision })
    : REAL.relay(state, event);

const trustOwnDeadline: Rules["relay"] = (state, event) =>
  state.phase === "holding" && event.type === "timer" && event.timer === "deadline"
    ? serves(state)
    : REAL.relay(state, event);

/** The driver may die between the hold and the decision; then only a relay's own deadline ends the hold. */
const noDeadline: Rules["relay"] = (state, event) =>
  event.type === "timer" && event.timer === "deadline"
    ? { state, actions: [] }
    : REAL.relay(state, event);

const cutover = { budget: { switch: 1 }, writes: 1 };
const failover = { budget: { switch: 1, targetFailover: 1 }, writes: 1 };
const relayDies = { budget: { switch: 1, relayCrash: 1 }, writes: 1 };
const driverDies = { budget: { switch: 1, driverCrash: 1 }, writes: 1 };
const andBack = { budget: { switch: 2, outsider: 1 }, writes: 1, patient: true };

/** Each must be found. */
export const MUTATIONS: readonly Mutation[] = [
  { name: "the record is set even if it is there", rules: { setIfAbsent: false }, scenario: cutover, breaks: /I1/ }, // prettier-ignore
  { name: "the record counts before the replica has it", rules: { recordConfirmed: false }, scenario: failover, breaks: /I1/ }, // prettier-ignore
  { name: "both tails are armed", rules: { oneTail: false }, scenario: cutover, breaks: /I3/ },
  { name: "a relay that starts releases without reading the record", rules: { relay: releaseUnread }, scenario: relayDies, breaks: /I[12]/ }, // prettier-ignore
  { name: "the decision comes before the drain", rules: { driver: decideBeforeDrain }, scenario: cutover, breaks: /I2/ }, // prettier-ignore
  { name: "the driver trusts a clock that can be set back for its lease", rules: { monotonicLease: false }, scenario: andBack, breaks: /I2/ }, // prettier-ignore
  { name: "a relay trusts its clock that nobody can have decided", rules: { relay: trustOwnDeadline }, scenario: cutover, breaks: /I[123]/ }, // prettier-ignore
  { name: "the tails turn after the decision", rules: { driver: turnAfterDecision }, scenario: cutover, breaks: /I3/ }, // prettier-ignore
  { name: "a drain ends before the replica has it all", rules: { drainConfirmed: false }, scenario: failover, breaks: /I2/ }, // prettier-ignore
  { name: "writes that queued behind the fence are not killed", rules: { killsQueued: false }, scenario: andBack, breaks: /I2/ }, // prettier-ignore
  { name: "a relay says it holds with replies in flight", rules: { awaitsReplies: false }, scenario: cutover, breaks: /I[12]/ }, // prettier-ignore
  { name: "a relay that starts serves by the last decision, though an epoch may be open", rules: { relay: bootUnsettled }, scenario: relayDies, breaks: /I[123]/ }, // prettier-ignore
  { name: "a driver that starts leaves its predecessor's epoch open", rules: { driver: joinUnsettled }, scenario: driverDies, breaks: /I[123]/ }, // prettier-ignore
  { name: "a driver that starts takes the sides for equal", rules: { driver: assumeEqual }, scenario: driverDies, breaks: /I2/ }, // prettier-ignore
  { name: "a relay waits for its driver for ever", rules: { relay: noDeadline }, scenario: driverDies, breaks: /I4/ }, // prettier-ignore
];
