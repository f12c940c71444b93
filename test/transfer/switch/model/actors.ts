import type { Decision, Side } from "../../../../transfer/switch/protocol.ts";
import { JOINING } from "../../../../transfer/switch/driver.ts";
import type { DriverState } from "../../../../transfer/switch/driverTypes.ts";
import { BOOTING, type RelayState } from "../../../../transfer/switch/relay.ts";
import type { Machines } from "./machines.ts";
import type { Rules } from "./rules.ts";
import { acknowledge, budgetAt, recordConfirmed, TARGET, type Emit } from "./servers.ts";
import {
  ALL_KEYS,
  APPLYING,
  ASKS_KEEP,
  ASKS_READ,
  ASKS_SETTLE,
  DRIVER,
  DRIVER_TIMERS,
  FENCE,
  LISTENING,
  MAX_EPOCH,
  OFF,
  RECORD,
  RELAY,
  RELAYS,
  RELAY_TIMERS,
  relayAt,
  SERVER,
  serverAt,
  SIDES,
  tailAt,
  type World,
} from "./world.ts";

const RETRY = 1 << DRIVER_TIMERS.indexOf("retry");
const RELAY_RETRY = 1 << RELAY_TIMERS.indexOf("retry");

/** What can happen to the driver: its timers, its messages, the answers to what it asked for, its death. */
export function driverMoves(world: World, machines: Machines, rules: Rules, emit: Emit): void {
  const { pools } = machines;
  if (world[DRIVER.state] === 0) {
    const restart = (next: World) => void (next[DRIVER.state] = pools.drivers.number(JOINING));
    return emit("the driver starts again", machines.driver(world, { type: "start" }, restart));
  }
  const state = pools.drivers.value(world[DRIVER.state]!);
  if (state.phase === "idle" && world[budgetAt("switch")]) {
    const spend = (next: World) => void next[budgetAt("switch")]!--;
    emit("a switch is asked for", machines.driver(world, { type: "switch" }, spend), true);
  }
  for (const [index, timer] of DRIVER_TIMERS.entries()) {
    if (!(world[DRIVER.timers]! & (1 << index))) continue;
    const fired = (next: World) => void (next[DRIVER.timers]! &= ~(1 << index));
    emit(`the driver's ${timer} timer fires`, machines.driver(world, { type: "timer", timer }, fired)); // prettier-ignore
  }
  for (const [index, relay] of RELAYS.entries()) {
    const at = relayAt(index);
    for (const epoch of epochs(world[at + RELAY.held]!)) {
      const message = { type: "held", epoch } as const;
      emit(`the driver hears that ${relay} holds for ${epoch}`, machines.driver(world, { type: "message", relay, message })); // prettier-ignore
    }
    const message = { type: "serving", epoch: world[at + RELAY.serving]! - 1 } as const;
    emit(`the driver hears that ${relay} serves by ${message.epoch}`, machines.driver(world, { type: "message", relay, message })); // prettier-ignore
  }
  driverAnswers(world, state, machines, rules, emit);
  if (world[budgetAt("driverCrash")]) emit("the driver dies", withoutDriver(world), true);
}

function driverAnswers(
  world: World,
  state: DriverState,
  machines: Machines,
  rules: Rules,
  emit: Emit,
): void {
  const asks = world[DRIVER.asks]!;
  const answered = (next: World) => void (next[DRIVER.asks] = 0);
  if (asks !== 0) {
    emit("the record does not answer the driver", asksAgain(world, machines));
    const epoch =
      state.phase === "joining" ? state.last && state.last.epoch + 1 : "attempt" in state ? state.attempt.epoch : 0; // prettier-ignore
    const decision = answer(world, rules, asks === ASKS_READ ? 0 : epoch!);
    const type = asks === ASKS_READ ? "read" : "settled";
    if (decision) emit(`the record tells the driver ${decision.side} for ${decision.epoch}`, machines.driver(world, { type, decision }, answered)); // prettier-ignore
  }
  if (world[DRIVER.fenceWork]) fenceMoves(world, machines, rules, emit);
  if (world[DRIVER.tailWork]) tailMoves(world, machines, rules, emit);
  if (world[FENCE] === 1) {
    const told = (next: World) => void (next[FENCE] = 0);
    emit("the driver sees that the fence is lost", machines.driver(world, { type: "fenceLost" }, told)); // prettier-ignore
  }
}

/** A failed question and its repetition are one step: in between, only what may as well happen before or after it can. */
function asksAgain(world: World, machines: Machines): World {
  const failed = machines.driver(world, { type: "recordFailed" }, (next) => {
    next[DRIVER.asks] = 0;
  });
  if (!(failed[DRIVER.timers]! & RETRY)) return failed;
  return machines.driver(failed, { type: "timer", timer: "retry" }, (next) => {
    next[DRIVER.timers]! &= ~RETRY;
  });
}

/** The last decision, if it is durable and of this epoch or later. A look writes too, so a pause holds it up. */
function answer(world: World, rules: Rules, atLeast: number): Decision | undefined {
  if (world[serverAt(TARGET) + SERVER.paused]) return undefined;
  const epoch = world[RECORD]! - 1;
  if (epoch < atLeast || (rules.recordConfirmed && !recordConfirmed(world))) return undefined;
  return { epoch, side: SIDES[world[RECORD + 1]! - 1]! };
}

/** `FENCE`: 0 no connection, 1 it was lost, 2 and 3 it fences that side. */
function fenceMoves(world: World, machines: Machines, rules: Rules, emit: Emit): void {
  const work = machines.pools.work.value(world[DRIVER.fenceWork]!);
  if (work.type === "fence") {
    const fence = (next: World) => {
      next[DRIVER.fenceWork] = 0;
      next[serverAt(SIDES.indexOf(work.side)) + SERVER.paused] = 1;
      next[FENCE] = SIDES.indexOf(work.side) + 2;
    };
    emit(`${work.side} pauses writes`, machines.driver(world, { type: "fenced", tookMs: 0 }, fence)); // prettier-ignore
  } else if (work.type === "unfence") {
    const unbroken = world[FENCE]! >= 2;
    const lift = (next: World) => {
      next[DRIVER.fenceWork] = next[FENCE] = 0;
      unfence(next, SIDES.indexOf(work.side), work.kill && rules.killsQueued);
    };
    emit(`the fence of ${work.side} is lifted`, machines.driver(world, { type: "unfenced", unbroken }, lift)); // prettier-ignore
  }
}

function unfence(world: World, side: number, kill: boolean): void {
  world[serverAt(side) + SERVER.paused] = 0;
  if (!kill) return;
  world[serverAt(side) + SERVER.outsider] = 0;
  for (const key of RELAYS.keys()) {
    const at = relayAt(key);
    if (world[at + RELAY.straySide] === side + 1)
      world[at + RELAY.straySide] = world[at + RELAY.stray] = 0;
  }
}

function tailMoves(world: World, machines: Machines, rules: Rules, emit: Emit): void {
  const work = machines.pools.work.value(world[DRIVER.tailWork]!);
  if (work.type !== "drain" && work.type !== "turn" && work.type !== "arm") return;
  const toward = SIDES.indexOf(work.toward);
  if (work.type === "drain" && !drained(world, toward, rules)) return;
  const done = (next: World) => {
    next[DRIVER.tailWork] = 0;
    if (work.type === "turn") turn(next, toward, rules);
    if (work.type === "arm") arm(next, toward, work.equal, rules);
  };
  const type = ({ drain: "drained", turn: "turned", arm: "armed" } as const)[work.type];
  const how = work.type === "arm" && !work.equal ? " with a full pass" : "";
  emit(`${type}: the tail toward ${work.toward}${how}`, machines.driver(world, { type }, done));
}

/** Nothing is dirty, and the side it leads to cannot lose any of it. */
function drained(world: World, toward: number, rules: Rules): boolean {
  const server = serverAt(toward);
  const replicated = RELAYS.every(
    (_, key) => world[server + SERVER.primary + key] === world[server + SERVER.replica + key],
  );
  return world[tailAt(toward) + 1] === 0 && (replicated || !rules.drainConfirmed);
}

function turn(world: World, toward: number, { oneTail }: Rules): void {
  if (oneTail) world[tailAt(toward)] = LISTENING;
  world[tailAt(1 - toward)] = LISTENING;
  world[tailAt(1 - toward) + 1] = 0;
}

function arm(world: World, toward: number, equal: boolean, { oneTail }: Rules): void {
  world[tailAt(toward)] = APPLYING;
  if (!equal) world[tailAt(toward) + 1] = ALL_KEYS;
  if (!oneTail) return;
  world[tailAt(1 - toward)] = OFF;
  world[tailAt(1 - toward) + 1] = 0;
}

/** The tails live in the driver's process and die with it. */
function withoutDriver(world: World): World {
  const next = world.slice();
  next[budgetAt("driverCrash")]!--;
  for (const field of Object.values(DRIVER)) next[field] = 0;
  next[FENCE] = 0;
  for (const side of SIDES.keys()) next.fill(0, tailAt(side), tailAt(side) + 2);
  return next;
}

/** What can happen to a relay and its client. */
export function relayMoves(
  world: World,
  index: number,
  machines: Machines,
  rules: Rules,
  writes: number,
  emit: Emit,
): void {
  const at = relayAt(index);
  const name = RELAYS[index]!;
  if (world[at + RELAY.state] === 0) {
    const boot = (next: World) => void (next[at + RELAY.state] = machines.pools.relays.number(BOOTING)); // prettier-ignore
    return emit(`${name} starts again`, machines.relay(world, index, { type: "start" }, boot));
  }
  clientMoves(world, index, writes, emit);
  for (const [number, timer] of RELAY_TIMERS.entries()) {
    if (!(world[at + RELAY.timers]! & (1 << number))) continue;
    const fired = (next: World) => void (next[at + RELAY.timers]! &= ~(1 << number));
    emit(`${name}'s ${timer} timer fires`, machines.relay(world, index, { type: "timer", timer }, fired)); // prettier-ignore
  }
  for (const [box, type] of [[RELAY.hold, "hold"], [RELAY.decided, "decided"]] as const) // prettier-ignore
    for (const epoch of epochs(world[at + box]!))
      emit(`${name} hears ${type} ${epoch}`, machines.relay(world, index, { type: "message", message: { type, epoch } })); // prettier-ignore
  if (world[at + RELAY.stopping] && (world[at + RELAY.flightSide] === 0 || !rules.awaitsReplies)) {
    const stop = (next: World) => void (next[at + RELAY.stopping] = 0);
    emit(`${name} has stopped`, machines.relay(world, index, { type: "stopped" }, stop));
  }
  relayAnswers(world, index, machines, rules, emit);
  if (world[budgetAt("relayCrash")]) emit(`${name} dies`, withoutRelay(world, at), true);
}

function clientMoves(world: World, index: number, writes: number, emit: Emit): void {
  const at = relayAt(index);
  const gate = world[at + RELAY.gate]!;
  const flight = world[at + RELAY.flightSide]!;
  if (flight && world[at + RELAY.executed]) {
    const next = world.slice();
    acknowledge(next, at);
    emit(`client ${index} has its write acknowledged by ${SIDES[flight - 1]}`, next);
  }
  const free = gate && !flight && world[at + RELAY.straySide] !== gate;
  if (!free || world[at + RELAY.issued]! >= writes) return;
  const next = world.slice();
  next[at + RELAY.issued]!++;
  next[at + RELAY.flightSide] = gate;
  emit(`client ${index} writes ${next[at + RELAY.issued]} to ${SIDES[gate - 1]}`, next);
}

function relayAnswers(
  world: World,
  index: number,
  machines: Machines,
  rules: Rules,
  emit: Emit,
): void {
  const at = relayAt(index);
  const name = RELAYS[index]!;
  const asks = world[at + RELAY.asks]!;
  if (asks === 0) return;
  const state = machines.pools.relays.value(world[at + RELAY.state]!);
  const answered = (next: World) => void (next[at + RELAY.asks] = 0);
  if (asks === ASKS_KEEP) {
    const keep = (next: World) => {
      answered(next);
      if (state.phase === "serving") keepRecord(next, state);
    };
    return emit(`${name} keeps the record`, machines.relay(world, index, { type: "kept" }, keep));
  }
  emit(`the record does not answer ${name}`, relayAsksAgain(world, index, machines));
  const epoch = asks === ASKS_SETTLE && state.phase === "settling" ? state.epoch : 0;
  const decision = answer(world, rules, epoch);
  const type = asks === ASKS_READ ? "read" : "settled";
  if (decision) emit(`the record tells ${name} ${decision.side} for ${decision.epoch}`, machines.relay(world, index, { type, decision }, answered)); // prettier-ignore
}

function relayAsksAgain(world: World, index: number, machines: Machines): World {
  const at = relayAt(index);
  const failed = machines.relay(world, index, { type: "recordFailed" }, (next) => {
    next[at + RELAY.asks] = 0;
  });
  if (!(failed[at + RELAY.timers]! & RELAY_RETRY)) return failed;
  return machines.relay(failed, index, { type: "timer", timer: "retry" }, (next) => {
    next[at + RELAY.timers]! &= ~RELAY_RETRY;
  });
}

/** A record that is gone or behind is set to what a serving relay knows. */
function keepRecord(world: World, { last }: Extract<RelayState, { phase: "serving" }>): void {
  if (world[RECORD]! > last.epoch) return;
  world[RECORD] = last.epoch + 1;
  world[RECORD + 1] = SIDES.indexOf(last.side satisfies Side) + 1;
}

/** Its memory and its clients' connections are gone; a write that it had passed on may still be executed. */
function withoutRelay(world: World, at: number): World {
  const next = world.slice();
  next[budgetAt("relayCrash")]!--;
  for (const field of [RELAY.state, RELAY.timers, RELAY.asks, RELAY.stopping, RELAY.gate]) next[at + field] = 0; // prettier-ignore
  if (next[at + RELAY.flightSide] && !next[at + RELAY.executed]) {
    next[at + RELAY.straySide] = next[at + RELAY.flightSide]!;
    next[at + RELAY.stray] = next[at + RELAY.issued]!;
  }
  next[at + RELAY.flightSide] = next[at + RELAY.executed] = 0;
  return next;
}

function epochs(mask: number): number[] {
  const found: number[] = [];
  for (let epoch = 0; epoch <= MAX_EPOCH; epoch++) if (mask & (1 << epoch)) found.push(epoch);
  return found;
}
