import { setTimeout as delay } from "node:timers/promises";
import type { Faults } from "../../../twin/faults.ts";
import type { Fault } from "../../world.ts";
import { isHitBy } from "./kills.ts";
import type { Machine } from "./machine.ts";
import type { NetworkInterface } from "./networkInterface.ts";

const CUT_MS = 3_000;
/** A cut asked for before the machine is there comes when it is in use. */
const CUT_AFTER_MS = 2_000;
const POLL_MS = 200;

type Interfaces = () => readonly (readonly [Machine, NetworkInterface])[];

/** The faults `cut@relay` and `slow@relay`: disturb the ways to that machine, the balancer's included. */
export function disturbOnRequest(faults: Faults, interfaces: Interfaces): void {
  const targets = (fault: Fault) =>
    interfaces()
      .filter(([{ service }]) => isHitBy(service, fault))
      .map(([, own]) => own);

  for (const kind of ["cut", "slow"]) {
    faults.on(kind, async (fault) => {
      if (!MACHINES.includes(fault.on)) return;
      const there = targets(fault);
      if (there.length === 0) void disturbLater(fault, () => targets(fault));
      else await disturb(fault, there);
    });
  }
  faults.onClear(async () => {
    for (const [, own] of interfaces()) await own.slowDown(0);
  });
}

/** Those that serve, so that there is a way to them. */
const MACHINES: readonly string[] = ["relay"];

async function disturbLater(fault: Fault, targets: () => NetworkInterface[]): Promise<void> {
  while (targets().length === 0) await delay(POLL_MS, undefined, { ref: false });
  if (fault.kind === "cut") await delay(CUT_AFTER_MS);
  await disturb(fault, targets());
}

async function disturb(fault: Fault, targets: readonly NetworkInterface[]): Promise<void> {
  if (fault.kind === "slow") {
    await Promise.all(targets.map((own) => own.slowDown(Number(fault.argument))));
    return;
  }
  await Promise.all(targets.map((own) => own.setCut(true)));
  void delay(Number(fault.argument ?? CUT_MS)).then(() =>
    Promise.all(targets.map((own) => own.setCut(false))),
  );
}
