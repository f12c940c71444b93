import { BOOTING, type RelayState } from "../../../../transfer/switch/relay.ts";
import type { DriverAction, DriverState } from "../../../../transfer/switch/driverTypes.ts";
import { drivingFrom } from "../../../../transfer/switch/driver.ts";
import type { Side } from "../../../../transfer/switch/protocol.ts";

/** One state of everything, as small numbers: machines' states are numbers of a pool, sets are bit masks. */
export type World = Uint16Array;

export const SIDES: readonly Side[] = ["source", "target"];
export const RELAYS = ["r0", "r1"] as const;
/** Each relay has one client, which writes 1, 2, 3 … to a key of its own; `ALL_KEYS` is the mask of both. */
export const ALL_KEYS = 0b11;
/** Epochs of a message mask. */
export const MAX_EPOCH = 15;

export const OFF = 0;
export const LISTENING = 1;
export const APPLYING = 2;

/**
 * Timers of the driver and of a relay, as bits. Two are left out: `renew`, since the lease timer may fire at any
 * time or never, and `resend`, since no message is ever used up.
 */
export const DRIVER_TIMERS = ["deadline", "retry", "lease"] as const;
export const RELAY_TIMERS = ["deadline", "retry", "recheck"] as const;
export const LEASE = 1 << DRIVER_TIMERS.indexOf("lease");

/** Where what is kept. Numbers of things that can be absent begin with 1. */
export const DRIVER = { state: 0, timers: 1, asks: 2, fenceWork: 3, tailWork: 4 } as const;
/** 0 none, 1 on the connection that fenced, 2 that connection is lost, 3 and the driver was told. */
export const FENCE = 5;
export const TAILS = 6; // Two per side it leads to: mode, dirty keys.
export const RECORD = 10; // Primary's epoch + 1 and side + 1, then the replica's.
export const PROPOSED = 14; // Per side: epochs that somebody has ever proposed it for.
export const BUDGET = 16;
/** What may still go wrong, and what may still be asked for. */
export const BUDGETS = ["switch", "driverCrash", "relayCrash", "sourceFailover", "targetFailover", "outsider", "erase"] as const; // prettier-ignore
const SERVERS = BUDGET + BUDGETS.length;
/** Per server: paused, the primary's value of each key, the replica's; a write of an outsider waits (its key + 1). */
export const SERVER = { paused: 0, primary: 1, replica: 3, outsider: 5, size: 6 } as const;
const RELAYS_AT = SERVERS + 2 * SERVER.size;
/** Per relay, its messages and its client. `stray`: a write left in a connection of a dead relay. */
export const RELAY = { state: 0, timers: 1, asks: 2, stopping: 3, gate: 4, hold: 5, decided: 6, held: 7, serving: 8, issued: 9, flightSide: 10, executed: 11, acked: 12, ackedBy: 13, straySide: 14, stray: 15, size: 16 } as const; // prettier-ignore
const SIZE = RELAYS_AT + 2 * RELAY.size;

export const ASKS_READ = 1;
export const ASKS_SETTLE = 2;
export const ASKS_KEEP = 3;

export function serverAt(side: number): number {
  return SERVERS + side * SERVER.size;
}

export function relayAt(relay: number): number {
  return RELAYS_AT + relay * RELAY.size;
}

/** The tail that leads to this side. */
export function tailAt(toward: number): number {
  return TAILS + 2 * toward;
}

/** Values by number, each once, beginning with 1. */
export class Pool<T> {
  readonly #numbers = new Map<string, number>();
  readonly #values: T[] = [];

  number(value: T): number {
    const key = JSON.stringify(value);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#values.push(value);
      this.#numbers.set(key, number);
    }
    return number;
  }

  value(number: number): T {
    return this.#values[number - 1]!;
  }
}

/** The numbers of machine states and of work under way; one set for a whole exploration. */
export class Pools {
  readonly drivers = new Pool<DriverState>();
  readonly relays = new Pool<RelayState>();
  readonly work = new Pool<DriverAction>();
  readonly #mirrored = new Map<number, number>();
  readonly #told = new Map<number, number>();

  /** The same driver state, told everybody: where no message is ever lost, whom it repeats itself to makes no difference. */
  toldAll(number: number): number {
    let told = this.#told.get(number);
    if (told === undefined) {
      const state = this.drivers.value(number);
      told = "untold" in state ? this.drivers.number({ ...state, untold: [] }) : number;
      this.#told.set(number, told);
    }
    return told;
  }

  /** The same driver state with the relays' names exchanged. */
  mirrorDriver(number: number): number {
    if (number === 0) return 0;
    let mirrored = this.#mirrored.get(number);
    if (mirrored === undefined) {
      mirrored = this.drivers.number(exchangeNames(this.drivers.value(number)));
      this.#mirrored.set(number, mirrored);
    }
    return mirrored;
  }
}

function exchangeNames(state: DriverState): DriverState {
  const exchange = (names: readonly string[]) =>
    names.map((name) => RELAYS[RELAYS[0] === name ? 1 : 0]).sort();
  if (!("attempt" in state)) return state;
  return { ...state, attempt: { ...state.attempt, held: exchange(state.attempt.held) } };
}

export type Budget = Readonly<Partial<Record<(typeof BUDGETS)[number], number>>>;

/** Both relays serve the source by the record's first entry; the tail to the target is level with it. */
export function firstWorld(pools: Pools, budget: Budget): World {
  const world: World = new Uint16Array(SIZE);
  const owner = { epoch: 0, side: "source" } as const;
  world[DRIVER.state] = pools.drivers.number(drivingFrom(owner));
  world[tailAt(1)] = APPLYING;
  for (const at of [RECORD, RECORD + 2]) {
    world[at] = owner.epoch + 1;
    world[at + 1] = 1;
  }
  BUDGETS.forEach((name, index) => (world[BUDGET + index] = budget[name] ?? 0));
  for (const index of RELAYS.keys()) {
    const at = relayAt(index);
    world[at + RELAY.state] = pools.relays.number({ phase: "serving", last: owner });
    world[at + RELAY.timers] = 1 << RELAY_TIMERS.indexOf("recheck");
    world[at + RELAY.gate] = 1;
    world[at + RELAY.serving] = 1;
  }
  pools.relays.number(BOOTING);
  return world;
}

/** The same world with the two relays, their clients and their keys exchanged. */
export function mirror(world: World, pools: Pools): World {
  const other = world.slice();
  other.copyWithin(relayAt(0), relayAt(1), relayAt(2));
  other.set(world.subarray(relayAt(0), relayAt(1)), relayAt(1));
  other[DRIVER.state] = pools.mirrorDriver(world[DRIVER.state]!);
  for (const side of SIDES.keys()) {
    const at = serverAt(side);
    const dirty = tailAt(side) + 1;
    other[dirty] = ((world[dirty]! & 1) << 1) | (world[dirty]! >> 1);
    for (const values of [at + SERVER.primary, at + SERVER.replica]) {
      other[values] = world[values + 1]!;
      other[values + 1] = world[values]!;
    }
    const outsider = world[at + SERVER.outsider]!;
    other[at + SERVER.outsider] = outsider === 0 ? 0 : 3 - outsider;
  }
  return other;
}

/** A name for the world and its mirror image. */
export function keyOf(world: World, pools: Pools): string {
  const order = compareRelays(world);
  if (order < 0) return text(world);
  const mirrored = text(mirror(world, pools));
  if (order > 0) return mirrored;
  const key = text(world);
  return key < mirrored ? key : mirrored;
}

function compareRelays(world: World): number {
  for (let at = relayAt(0); at < relayAt(1); at++) {
    const difference = world[at]! - world[at + RELAY.size]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

function text(world: World): string {
  return Buffer.from(world.buffer, world.byteOffset, world.byteLength).toString("latin1");
}
