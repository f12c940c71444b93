import type { Fault, FaultSwitchboard } from "../clouds/world.ts";
import { isPhase, phases } from "./phases.ts";

type Act = (fault: Fault) => Promise<void> | void;

const KINDS = ["deny", "full", "cut", "slow", "failover", "kill"];
const KILL_TIME = /^(random|\d+)$/;
const killForms = Object.entries(phases).map(
  ([machine, known]) => `kill@${machine}[:MS|:random|:${known.join("|:")}]`,
);

/** Reads `KIND@ON[:ARGUMENT]` of the command line; throws with the forms that exist. */
export function parseFault(text: string): Fault {
  const [, kind, rest = ""] = /^(\w+)@(.+)$/.exec(text) ?? [];
  // An action may name its service: deny@elasticache:CreateSnapshot.
  const [on, argument] = kind === "deny" ? [rest] : rest.split(":", 2);
  if (!kind || !on || !KINDS.includes(kind) || !fits(kind, on, argument)) {
    throw new Error(
      `"${text}" is no fault of the twin; the forms are deny@ACTION, full@SERVER, cut@SERVER[:MS], ` +
        "cut@relay[:MS], slow@SERVER:MS, slow@relay:MS, failover@SERVER, " +
        `${killForms.join(" and ")}.`,
    );
  }
  return { kind, on, argument };
}

function fits(kind: string, on: string, argument: string | undefined): boolean {
  if (kind === "slow") return Number(argument) >= 0;
  if (kind === "cut") return argument === undefined || Number(argument) >= 0;
  if (kind === "kill") {
    return argument === undefined || KILL_TIME.test(argument) || isPhase({ on, argument });
  }
  return true;
}

export interface Faults extends FaultSwitchboard {
  /** Makes a fault happen now. */
  inject(fault: Fault): Promise<void>;
  /** Ends what lasts: `deny`, `full`, `slow`. */
  clear(): Promise<void>;
  /** Calls `act` when lasting faults are cleared. */
  onClear(act: () => Promise<void> | void): void;
  list(): readonly Fault[];
}

/** Keeps which faults are in force and tells those who make them happen. */
export function createFaults(atStart: readonly Fault[]): Faults {
  const listeners: { kind: string; act: Act }[] = [];
  const onClear: (() => Promise<void> | void)[] = [];
  let inForce = [...atStart];
  const has = (kind: string, on: string) => inForce.some((f) => f.kind === kind && f.on === on);
  return {
    denied: (action) => has("deny", action),
    full: (server) => has("full", server),
    on(kind, act) {
      listeners.push({ kind, act });
      for (const fault of inForce.filter((f) => f.kind === kind)) void act(fault);
    },
    async inject(fault) {
      inForce.push(fault);
      for (const { kind, act } of listeners) if (kind === fault.kind) await act(fault);
    },
    async clear() {
      inForce = [];
      for (const act of onClear) await act();
    },
    onClear: (act) => void onClear.push(act),
    list: () => inForce,
  };
}
