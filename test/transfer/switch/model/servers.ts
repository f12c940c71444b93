import type { Rules } from "./rules.ts";
import {
  ALL_KEYS,
  APPLYING,
  BUDGET,
  BUDGETS,
  DRIVER,
  FENCE,
  LEASE,
  LISTENING,
  MAX_EPOCH,
  OFF,
  PROPOSED,
  RECORD,
  RELAY,
  RELAYS,
  relayAt,
  SERVER,
  serverAt,
  SIDES,
  tailAt,
  type World,
} from "./world.ts";

/** Called with each world that can come next, and what happened. Faults do not count as progress. */
export type Emit = (label: string, next: World, fault?: boolean) => void;

export const TARGET = 1;

export function budgetAt(name: (typeof BUDGETS)[number]): number {
  return BUDGET + BUDGETS.indexOf(name);
}

/** The primary's last decision is on the replica as well. */
export function recordConfirmed(world: World): boolean {
  return world[RECORD] === world[RECORD + 2] && world[RECORD + 1] === world[RECORD + 3];
}

/** A key gets a value on a primary; the tail that leads away from there notes it if it is on. */
function write(world: World, side: number, key: number, value: number): void {
  world[serverAt(side) + SERVER.primary + key] = value;
  const away = tailAt(1 - side);
  if (world[away]! >= LISTENING) world[away + 1]! |= 1 << key;
}

/** What the servers, the network and time do without being told. */
export function serverMoves(world: World, rules: Rules, emit: Emit): void {
  for (const side of SIDES.keys()) {
    commandMoves(world, side, emit);
    pauseMoves(world, side, rules, emit);
    replicaMoves(world, side, emit);
    copyMoves(world, side, emit);
  }
  recordMoves(world, rules, emit);
}

/** Commands that clients have sent are executed, unless writes are paused. */
function commandMoves(world: World, side: number, emit: Emit): void {
  const server = serverAt(side);
  if (world[server + SERVER.paused]) return;
  for (const key of RELAYS.keys()) {
    const relay = relayAt(key);
    if (world[relay + RELAY.flightSide] === side + 1 && !world[relay + RELAY.executed]) {
      const next = world.slice();
      write(next, side, key, next[relay + RELAY.issued]!);
      next[relay + RELAY.executed] = 1;
      // With nothing left that could come between, the reply follows at once.
      if (!next[budgetAt("relayCrash")] && !next[failoverAt(side)]) acknowledge(next, relay);
      emit(`${SIDES[side]} executes the write of client ${key}`, next);
    }
    if (world[relay + RELAY.straySide] === side + 1) {
      const next = world.slice();
      write(next, side, key, next[relay + RELAY.stray]!);
      next[relay + RELAY.straySide] = next[relay + RELAY.stray] = 0;
      emit(`${SIDES[side]} executes a dead relay's write of client ${key}`, next);
    }
  }
  const outsider = world[server + SERVER.outsider]!;
  if (outsider > 0) emit(`a write past the relays lands on ${SIDES[side]}`, landed(world, side, outsider - 1)); // prettier-ignore
}

/** An outsider's write makes the key old. On the side that owns the traffic that is its right. */
function landed(world: World, side: number, key: number): World {
  const next = world.slice();
  write(next, side, key, 0);
  next[serverAt(side) + SERVER.outsider] = 0;
  if (next[RECORD + 3] === side + 1) next[relayAt(key) + RELAY.acked] = 0;
  return next;
}

function pauseMoves(world: World, side: number, rules: Rules, emit: Emit): void {
  const server = serverAt(side);
  if (!world[server + SERVER.paused]) return;
  const renewed = world[DRIVER.state] !== 0 && (world[DRIVER.timers]! & LEASE) !== 0;
  if (!renewed || !rules.monotonicLease) {
    const next = world.slice();
    next[server + SERVER.paused] = 0;
    emit(`the pause on ${SIDES[side]} expires`, next);
  }
  if (!world[budgetAt("outsider")] || world[server + SERVER.outsider]) return;
  for (const key of RELAYS.keys()) {
    const next = world.slice();
    next[budgetAt("outsider")]!--;
    next[server + SERVER.outsider] = key + 1;
    emit(`a write past the relays (key ${key}) queues behind the pause on ${SIDES[side]}`, next, true); // prettier-ignore
  }
}

function replicaMoves(world: World, side: number, emit: Emit): void {
  const failover = failoverAt(side);
  if (!world[failover]) return;
  const replicated = world.slice();
  replicate(replicated, side);
  emit(`the replica of ${SIDES[side]} catches up`, replicated);
  const next = world.slice();
  next[failover]!--;
  failOver(next, side);
  emit(`${SIDES[side]} fails over to its replica`, next, true);
}

function failoverAt(side: number): number {
  return budgetAt(side === TARGET ? "targetFailover" : "sourceFailover");
}

/** The client of this relay has its reply. */
export function acknowledge(world: World, relay: number): void {
  world[relay + RELAY.acked] = world[relay + RELAY.issued]!;
  world[relay + RELAY.ackedBy] = world[relay + RELAY.flightSide]!;
  world[relay + RELAY.flightSide] = world[relay + RELAY.executed] = 0;
}

/** The replica has all that its primary has. */
export function replicate(world: World, side: number): void {
  const server = serverAt(side);
  world.copyWithin(server + SERVER.replica, server + SERVER.primary, server + SERVER.replica);
  if (side === TARGET) world.copyWithin(RECORD + 2, RECORD, RECORD + 2);
}

/** The replica becomes the primary: connections break, the pause is gone, the tails must look at every key again. */
function failOver(world: World, side: number): void {
  const server = serverAt(side);
  const owns = world[RECORD + 3] === side + 1;
  world.copyWithin(server + SERVER.primary, server + SERVER.replica, server + SERVER.outsider);
  if (side === TARGET) world.copyWithin(RECORD, RECORD + 2, RECORD + 4);
  world[server + SERVER.paused] = world[server + SERVER.outsider] = 0;
  if (world[FENCE] === side + 2) world[FENCE] = 1;
  for (const toward of SIDES.keys())
    if (world[tailAt(toward)] !== OFF) world[tailAt(toward) + 1] = ALL_KEYS;
  for (const key of RELAYS.keys()) dropClient(world, side, key, owns);
}

/** What the owner itself had acknowledged and its replica lacked is the engine's loss, which is counted apart. */
function dropClient(world: World, side: number, key: number, owns: boolean): void {
  const relay = relayAt(key);
  const value = world[serverAt(side) + SERVER.primary + key]!;
  if (owns && world[relay + RELAY.ackedBy] === side + 1 && value < world[relay + RELAY.acked]!)
    world[relay + RELAY.acked] = value;
  if (world[relay + RELAY.straySide] === side + 1)
    world[relay + RELAY.straySide] = world[relay + RELAY.stray] = 0;
  if (world[relay + RELAY.flightSide] === side + 1)
    world[relay + RELAY.flightSide] = world[relay + RELAY.executed] = 0;
}

/** A tail that applies copies a dirty key to the side that it leads to. */
function copyMoves(world: World, toward: number, emit: Emit): void {
  const tail = tailAt(toward);
  if (world[tail] !== APPLYING || world[serverAt(toward) + SERVER.paused]) return;
  for (const key of RELAYS.keys()) {
    if (!(world[tail + 1]! & (1 << key))) continue;
    const next = world.slice();
    next[tail + 1]! &= ~(1 << key);
    write(next, toward, key, next[serverAt(1 - toward) + SERVER.primary + key]!);
    emit(`the tail copies key ${key} to ${SIDES[toward]}`, next);
  }
}

/** A proposal reaches the record's primary; it may be a copy of one, or come late. A pause holds it up. */
function recordMoves(world: World, rules: Rules, emit: Emit): void {
  if (world[serverAt(TARGET) + SERVER.paused]) return;
  for (const [index, side] of SIDES.entries()) {
    for (let epoch = 1; epoch <= MAX_EPOCH; epoch++) {
      if (!(world[PROPOSED + index]! & (1 << epoch))) continue;
      const follows = world[RECORD] === epoch;
      const overwrites = !rules.setIfAbsent && world[RECORD] === epoch + 1;
      if (!follows && !overwrites) continue;
      const next = world.slice();
      next[RECORD] = epoch + 1;
      next[RECORD + 1] = index + 1;
      emit(`the record's primary takes ${side} for epoch ${epoch}`, next);
    }
  }
  eraseMove(world, emit);
}

/** A client of the target erases all keys, and the record with them. */
function eraseMove(world: World, emit: Emit): void {
  const served = RELAYS.some((_, relay) => world[relayAt(relay) + RELAY.gate] === TARGET + 1);
  if (!world[budgetAt("erase")] || !served) return;
  const next = world.slice();
  next[budgetAt("erase")]!--;
  next.fill(0, RECORD, RECORD + 2);
  emit("a client erases all keys of the target, the record with them", next, true);
}
