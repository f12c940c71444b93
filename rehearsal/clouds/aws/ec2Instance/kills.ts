import { setTimeout as delay } from "node:timers/promises";
import type { Faults } from "../../../twin/faults.ts";
import { isPhase } from "../../../twin/phases.ts";
import type { Fault } from "../../world.ts";
import type { MachineService } from "./cloudConfig.ts";
import type { Machine } from "./machine.ts";

/** A kill asked for before the machine is there comes when it is in use. */
const AFTER_MS = 2_000;
const RANDOM_WITHIN_MS = 20_000;
const POLL_MS = 200;
/** Of several relays a fault hits this one. */
const HIT_RELAY = "relay-1";

/** The faults `kill@mover` and `kill@relay`: kill that service's process, once; the machine starts it again. */
export function killOnRequest(faults: Faults, machines: () => readonly Machine[]): void {
  const targets = (fault: Fault) => machines().filter(({ service }) => isHitBy(service, fault));

  faults.on("kill", (fault) => {
    const there = targets(fault);
    if (isPhase(fault)) refuseWhenLate(fault, there);
    else if (fault.argument === undefined && there.length > 0) killAll(there);
    else void killLater(fault, () => targets(fault));
  });
}

export function isHitBy({ name, environment }: MachineService, { on }: Fault): boolean {
  const relay = environment["GODWIT_RELAY_NAME"] ?? HIT_RELAY;
  return name.endsWith(`-${on}`) && relay === HIT_RELAY;
}

/** The faults by which a service's process kills itself, as it is told of them: `kill@mover:holding`. */
export function phaseFaultsOf(faults: Faults, service: MachineService): string[] {
  return faults
    .list()
    .filter((fault) => fault.kind === "kill" && isPhase(fault) && isHitBy(service, fault))
    .map(({ on, argument }) => `kill@${on}:${argument}`);
}

function refuseWhenLate({ on, argument }: Fault, there: readonly Machine[]): void {
  if (there.length === 0) return;
  throw new Error(
    `kill@${on}:${argument} comes too late: a process is told at its start in which phase to end. ` +
      "Ask for it when the rehearsal starts.",
  );
}

/** Waits for the machine, and then as long as the fault says. */
async function killLater(fault: Fault, targets: () => readonly Machine[]): Promise<void> {
  while (targets().length === 0) await delay(POLL_MS, undefined, { ref: false });
  const random = fault.argument === "random";
  await delay(random ? Math.random() * RANDOM_WITHIN_MS : Number(fault.argument ?? AFTER_MS));
  killAll(targets());
}

function killAll(machines: readonly Machine[]): void {
  for (const machine of machines) machine.kill();
}
