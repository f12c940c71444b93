import type { ChainedEvent } from "./chain.ts";
import { factsOf, numberOf, textOf } from "./facts.ts";
import { count, duration } from "./format.ts";

/** One switch of the traffic, from one side to the other. */
export interface Switch {
  readonly at: string;
  /** Who has owned the traffic since. */
  readonly side: string;
  readonly epoch: number;
  /** How long clients waited at most, in ms; 0 when the traffic was there before. */
  readonly heldMs: number;
  /** How long each phase took, in ms. */
  readonly phasesMs: Readonly<Record<string, number>>;
  /** How often it was tried. */
  readonly attempts: number;
  /** Clients that had bypassed the relays. */
  readonly strangersKilled: number;
  /** Clients that the relays closed, by reason. */
  readonly closed: Readonly<Record<string, number>>;
}

/** Every switch of the run, in order. */
export function switchesOf(events: readonly ChainedEvent[]): Switch[] {
  return events
    .filter(({ type, data }) => type === "step.fact" && data["what"] === "switch")
    .map(switchOf);
}

function switchOf({ data, at }: ChainedEvent): Switch {
  return {
    at,
    side: textOf(data, "side") ?? "",
    epoch: numberOf(data, "epoch") ?? 0,
    heldMs: numberOf(data, "heldMs") ?? 0,
    phasesMs: numbersOf(data, "phasesMs"),
    attempts: numberOf(data, "attempts") ?? 1,
    strangersKilled: numberOf(data, "strangersKilled") ?? 0,
    closed: numbersOf(data, "closed"),
  };
}

function numbersOf(data: ChainedEvent["data"], key: string): Record<string, number> {
  const entries = Object.entries(factsOf(data, key) ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}

/** `draining 12 ms, turning 3 ms`. */
export function phasesText({ phasesMs }: Switch): string {
  return Object.entries(phasesMs)
    .map(([phase, ms]) => `${phase} ${duration(ms)}`)
    .join(", ");
}

/** `2 transaction, 1 reader`, or `none`. */
export function closedText({ closed }: Switch): string {
  const reasons = Object.entries(closed).map(([reason, clients]) => `${count(clients)} ${reason}`);
  return reasons.join(", ") || "none";
}
