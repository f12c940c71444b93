import { APPLYING, RELAY, RELAYS, relayAt, SERVER, serverAt, SIDES, tailAt, type World } from "./world.ts"; // prettier-ignore

/** What is wrong with this world, in words; undefined when nothing is. docs/switch.md states the invariants. */
export function broken(world: World): string | undefined {
  return twoOwners(world) ?? lostWrite(world) ?? bothTails(world) ?? tailOntoOwner(world);
}

function gate(world: World, relay: number): number {
  return world[relayAt(relay) + RELAY.gate]!;
}

function twoOwners(world: World): string | undefined {
  const split = gate(world, 0) && gate(world, 1) && gate(world, 0) !== gate(world, 1);
  return split ? "I1: the relays serve different sides at once" : undefined;
}

/** Looked at wherever a side serves: it has every client's last acknowledged write, or a later one. */
function lostWrite(world: World): string | undefined {
  for (const relay of RELAYS.keys()) {
    const side = gate(world, relay) - 1;
    if (side < 0) continue;
    for (const key of RELAYS.keys()) {
      const acked = world[relayAt(key) + RELAY.acked]!;
      const has = world[serverAt(side) + SERVER.primary + key]!;
      if (has < acked) return `I2: ${SIDES[side]} serves client ${key} with write ${has}, but ${acked} was acknowledged`; // prettier-ignore
    }
  }
  return undefined;
}

function bothTails(world: World): string | undefined {
  const both = world[tailAt(0)] === APPLYING && world[tailAt(1)] === APPLYING;
  return both ? "I3: both tails apply" : undefined;
}

function tailOntoOwner(world: World): string | undefined {
  for (const relay of RELAYS.keys()) {
    const side = gate(world, relay) - 1;
    if (side >= 0 && world[tailAt(side)] === APPLYING)
      return `I3: a tail applies to ${SIDES[side]} while a relay serves it`;
  }
  return undefined;
}
