import { createHash } from "node:crypto";
import type { Facts } from "../step.ts";
import { canonical } from "./canonical.ts";

/** What happened, before it has its place in the chain. */
export interface NewEvent {
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly type: string;
  /** Unique within the run: a step that runs again writes no second event under the same key. */
  readonly key: string;
  readonly data: Facts;
}

/** An event in its place: each names the hash of the one before, so none can be changed, removed or moved. */
export interface ChainedEvent extends NewEvent {
  /** From 0, without gaps. */
  readonly seq: number;
  /** Hash of the event before; 64 zeros for the first. */
  readonly prev: string;
  /** SHA-256, in hex, over the canonical JSON of everything else in the event. */
  readonly hash: string;
}

const BEFORE_THE_FIRST = "0".repeat(64);

/** Puts an event after `last`, the end of the run's chain so far (undefined when it is the first). */
export function link(last: ChainedEvent | undefined, event: NewEvent): ChainedEvent {
  const { run, at, type, key, data } = event;
  const placed = {
    seq: last ? last.seq + 1 : 0,
    run,
    at,
    type,
    key,
    data,
    prev: last?.hash ?? BEFORE_THE_FIRST,
  };
  return { ...placed, hash: hashOf(placed) };
}

/** Where a chain breaks: the index of the first bad event, and what is wrong with it as a sentence. */
export interface Break {
  readonly index: number;
  readonly sentence: string;
}

/** Checks a run's events from the first on; undefined when the chain holds. */
export function verifyChain(events: readonly ChainedEvent[]): Break | undefined {
  const index = events.findIndex((event, i) => faultOf(event, i, events[i - 1]) !== undefined);
  const event = events[index];
  if (!event) return undefined;
  return { index, sentence: faultOf(event, index, events[index - 1]) ?? "" };
}

function faultOf(event: ChainedEvent, index: number, before?: ChainedEvent): string | undefined {
  const name = `event ${index} (${event.type})`;
  if (event.seq !== index)
    return `${name} carries number ${event.seq}: one was removed, added or moved.`;
  if (event.prev !== (before?.hash ?? BEFORE_THE_FIRST)) {
    return `${name} does not follow the event before it: one was removed, added or changed.`;
  }
  if (before && event.run !== before.run) return `${name} belongs to another run, ${event.run}.`;
  const { hash, ...rest } = event;
  return hash === hashOf(rest)
    ? undefined
    : `${name} was changed: its content does not give its hash.`;
}

function hashOf(event: Omit<ChainedEvent, "hash">): string {
  return createHash("sha256")
    .update(canonical({ ...event }))
    .digest("hex");
}
