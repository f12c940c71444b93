import { driverStep, type Driving } from "../../../../transfer/switch/driver.ts";
import type {
  DriverEvent,
  DriverState,
  DriverStep,
} from "../../../../transfer/switch/driverTypes.ts";
import type { Step } from "../../../../transfer/switch/protocol.ts";
import {
  relayStep,
  type RelayAction,
  type RelayEvent,
  type RelayState,
} from "../../../../transfer/switch/relay.ts";
import { RELAYS } from "./world.ts";

/** The machines under test and what the world around them keeps to. A mutation changes one of these. */
export interface Rules {
  readonly driver: (state: DriverState, event: DriverEvent) => DriverStep;
  readonly relay: (state: RelayState, event: RelayEvent) => Step<RelayState, RelayAction>;
  /** The record is written only if the epoch has none. */
  readonly setIfAbsent: boolean;
  /** The record's answer counts only when the replica has it too. */
  readonly recordConfirmed: boolean;
  /** A drain ends only when the replica has all of it too. */
  readonly drainConfirmed: boolean;
  /** While the driver lives, the pause does not end before the driver's lease timer fires. */
  readonly monotonicLease: boolean;
  /** Lifting the fence of the losing side kills what queued behind it. */
  readonly killsQueued: boolean;
  /** Of the two tails only one is ever left applying. */
  readonly oneTail: boolean;
  /** A relay reports `stopped` only when the replies in flight have come. */
  readonly awaitsReplies: boolean;
}

const DRIVING: Driving = { relays: RELAYS };

/** The protocol as it is. */
export const REAL: Rules = {
  driver: (state, event) => driverStep(state, event, DRIVING),
  relay: relayStep,
  setIfAbsent: true,
  recordConfirmed: true,
  drainConfirmed: true,
  monotonicLease: true,
  killsQueued: true,
  oneTail: true,
  awaitsReplies: true,
};
