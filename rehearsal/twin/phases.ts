import type { Fault } from "../clouds/world.ts";

/** Phases of a switch in which a process can be killed, by the machine that it runs on. */
export const phases: Readonly<Record<string, readonly string[]>> = {
  mover: [
    "holding",
    "fencing",
    "draining",
    "turning",
    "settling",
    "lifting",
    "unfencing",
    "arming",
  ],
  relay: ["stopping", "holding", "settling", "serving"],
};

/** Whether a kill is to come in a phase, and not at a time. */
export function isPhase({ on, argument }: Pick<Fault, "on" | "argument">): boolean {
  return argument !== undefined && (phases[on]?.includes(argument) ?? false);
}
