import type { DriverAction, DriverEvent } from "../../../../transfer/switch/driverTypes.ts";
import type { Side } from "../../../../transfer/switch/protocol.ts";
import type { RelayAction, RelayEvent } from "../../../../transfer/switch/relay.ts";
import type { Rules } from "./rules.ts";
import {
  ASKS_KEEP,
  ASKS_READ,
  ASKS_SETTLE,
  DRIVER,
  DRIVER_TIMERS,
  Pools,
  PROPOSED,
  RELAY,
  RELAYS,
  RELAY_TIMERS,
  relayAt,
  SIDES,
  type World,
} from "./world.ts";

interface Cached<Action> {
  readonly state: number;
  readonly actions: readonly Action[];
}

/** Runs the real machines inside a world: an event goes in, the actions change the world. */
export class Machines {
  readonly pools = new Pools();
  readonly #rules: Rules;
  readonly #driverSteps = new Map<number, Cached<DriverAction>>();
  readonly #relaySteps = new Map<number, Cached<RelayAction>>();

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** A new world in which the driver has had this event; the same one if that changes nothing. */
  driver(before: World, event: DriverEvent, prepare?: (world: World) => void): World {
    const world = prepare ? before.slice() : before;
    prepare?.(world);
    const number = world[DRIVER.state]!;
    const step = cached(this.#driverSteps, number, event, () => {
      const { state, actions } = this.#rules.driver(this.pools.drivers.value(number), event);
      return { state: this.pools.toldAll(this.pools.drivers.number(state)), actions };
    });
    if (step.state === number && step.actions.length === 0) return world;
    return this.#afterDriver(world === before ? before.slice() : world, step);
  }

  #afterDriver(world: World, step: Cached<DriverAction>): World {
    world[DRIVER.state] = step.state;
    for (const action of step.actions) this.#doDriver(world, action);
    return world;
  }

  /** A new world in which this relay has had this event; the same one if that changes nothing. */
  relay(before: World, relay: number, event: RelayEvent, prepare?: (world: World) => void): World {
    const world = prepare ? before.slice() : before;
    prepare?.(world);
    const at = relayAt(relay);
    const number = world[at + RELAY.state]!;
    const step = cached(this.#relaySteps, number, event, () => {
      const { state, actions } = this.#rules.relay(this.pools.relays.value(number), event);
      return { state: this.pools.relays.number(state), actions };
    });
    if (step.state === number && step.actions.length === 0) return world;
    return afterRelay(world === before ? before.slice() : world, at, step);
  }

  #doDriver(world: World, action: DriverAction): void {
    switch (action.type) {
      case "send": {
        const at = relayAt(RELAYS.indexOf(action.relay as (typeof RELAYS)[number]));
        const box = action.message.type === "hold" ? RELAY.hold : RELAY.decided;
        world[at + box]! |= 1 << action.message.epoch;
        return;
      }
      case "read":
        world[DRIVER.asks] = ASKS_READ;
        return;
      case "settle":
        world[DRIVER.asks] = ASKS_SETTLE;
        return propose(world, action.epoch, action.side);
      case "fence":
      case "unfence":
        world[DRIVER.fenceWork] = this.pools.work.number(action);
        return;
      case "drain":
      case "turn":
      case "arm":
        world[DRIVER.tailWork] = this.pools.work.number(action);
        return;
      case "startTimer":
        world[DRIVER.timers]! |= bit(DRIVER_TIMERS, action.timer);
        return;
      case "stopTimer":
        world[DRIVER.timers]! &= ~bit(DRIVER_TIMERS, action.timer);
        return;
      case "renew":
      case "withdraw":
        return;
    }
  }
}

function afterRelay(world: World, at: number, step: Cached<RelayAction>): World {
  world[at + RELAY.state] = step.state;
  for (const action of step.actions) doRelay(world, at, action);
  return world;
}

function doRelay(world: World, at: number, action: RelayAction): void {
  switch (action.type) {
    case "send":
      if (action.message.type === "held") world[at + RELAY.held]! |= 1 << action.message.epoch;
      // The latest says all that the earlier ones said.
      else if (action.message.epoch >= world[at + RELAY.serving]!)
        world[at + RELAY.serving] = action.message.epoch + 1;
      return;
    case "stop":
      world[at + RELAY.stopping] = 1;
      world[at + RELAY.gate] = 0;
      return;
    case "release":
      world[at + RELAY.stopping] = 0;
      world[at + RELAY.gate] = SIDES.indexOf(action.side) + 1;
      return;
    case "read":
      world[at + RELAY.asks] = ASKS_READ;
      return;
    case "settle":
      world[at + RELAY.asks] = ASKS_SETTLE;
      return propose(world, action.epoch, action.side);
    case "keep":
      world[at + RELAY.asks] = ASKS_KEEP;
      return;
    case "startTimer":
      world[at + RELAY.timers]! |= bit(RELAY_TIMERS, action.timer);
      return;
    case "stopTimer":
      world[at + RELAY.timers]! &= ~bit(RELAY_TIMERS, action.timer);
      return;
  }
}

/** A command, once sent, may reach the server whenever it likes, whatever becomes of the one who sent it. */
function propose(world: World, epoch: number, side: Side): void {
  world[PROPOSED + SIDES.indexOf(side)]! |= 1 << epoch;
}

/** The bit of a timer that the model knows; 0 for one that it does not need. */
function bit(names: readonly string[], name: string): number {
  const index = names.indexOf(name);
  return index < 0 ? 0 : 1 << index;
}

const KINDS = ["hold", "held", "decided", "serving"] as const;
const TIMERS = ["deadline", "retry", "recheck", "lease", "renew", "resend"] as const;
const OTHERS = ["start", "switch", "stopped", "kept", "recordFailed", "fenced", "renewed", "fenceLost", "drained", "turned", "armed", "workFailed"] as const; // prettier-ignore
const CODES = 512;

/** A small number that tells one event from another: a text would cost more than all the rest of a step. */
function codeOf(event: DriverEvent | RelayEvent): number {
  switch (event.type) {
    case "message": {
      const from = "relay" in event && event.relay === RELAYS[1] ? 1 : 0;
      return KINDS.indexOf(event.message.type) * 64 + event.message.epoch * 2 + from;
    }
    case "timer":
      return 256 + TIMERS.indexOf(event.timer);
    case "read":
    case "settled": {
      const { decision } = event;
      const code = decision ? 1 + decision.epoch * 2 + SIDES.indexOf(decision.side) : 0;
      return (event.type === "read" ? 264 : 304) + code;
    }
    case "unfenced":
      return event.unbroken ? 344 : 345;
    default:
      return 346 + OTHERS.indexOf(event.type);
  }
}

function cached<Action>(
  cache: Map<number, Cached<Action>>,
  number: number,
  event: DriverEvent | RelayEvent,
  compute: () => Cached<Action>,
): Cached<Action> {
  const key = number * CODES + codeOf(event);
  let step = cache.get(key);
  if (!step) {
    step = compute();
    cache.set(key, step);
  }
  return step;
}
