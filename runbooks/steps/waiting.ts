import type { GateStep, SoakStep, Step } from "../../automation/step.ts";
import { soakMs } from "../settings.ts";

const DAY_MS = 24 * 3_600_000;

/** A person confirms before anything after it happens. */
export function gate(id: string, title: string, asks: string): GateStep {
  return {
    kind: "gate",
    id,
    title,
    asks,
    effect: "Waits; nothing changes while it does.",
    expectedMs: 0,
  };
}

/** Time passes with everything running on the target and the way back open: `godwit:soakHours`. */
export function soak(): SoakStep {
  return {
    kind: "soak",
    id: "soak",
    title: "Let it run on the target for 24 to 48 hours",
    effect: "Nothing changes; rollback stays possible and loses nothing.",
    expectedMs: DAY_MS,
    soakMs: (ctx) => Promise.resolve(soakMs(ctx)),
  };
}

/** Steps that stop the service between them: a failure in one undoes them all at once. */
export function outage(...steps: readonly Step[]): Step[] {
  return steps.map((step) => (step.kind === "work" ? { ...step, outage: true } : step));
}
