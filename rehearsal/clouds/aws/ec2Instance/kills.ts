import { setTimeout as delay } from "node:timers/promises";
import type { Faults } from "../../../twin/faults.ts";
import type { Fault } from "../../world.ts";
import type { Machine } from "./machine.ts";

/** A kill asked for before the machine is there comes when it is in use. */
const AFTER_MS = 2_000;
const RANDOM_WITHIN_MS = 20_000;
const POLL_MS = 200;

/** The fault `kill@mover`: kills that service's process, once; the machine starts it again. */
export function killOnRequest(faults: Faults, machines: () => readonly Machine[]): void {
  const targets = ({ on }: Fault) =>
    machines().filter(({ service }) => service.name.endsWith(`-${on}`));

  faults.on("kill", (fault) => {
    const there = targets(fault);
    if (fault.argument === undefined && there.length > 0) {
      for (const machine of there) machine.kill();
      return;
    }
    void killLater(fault, () => targets(fault));
  });
}

/** Waits for the machine, and then as long as the fault says. */
async function killLater(fault: Fault, targets: () => readonly Machine[]): Promise<void> {
  while (targets().length === 0) await delay(POLL_MS, undefined, { ref: false });
  const random = fault.argument === "random";
  await delay(random ? Math.random() * RANDOM_WITHIN_MS : Number(fault.argument ?? AFTER_MS));
  for (const machine of targets()) machine.kill();
}
