import { LARGEST_WHOLE } from "../large.ts";
import type { ServerFacts } from "./server.ts";
import type { Tally } from "./tally.ts";

/** Why a live copy cannot be done, in plain words, and what to do about it. */
export interface Obstacle {
  readonly code:
    | "cluster-mode"
    | "replica-target"
    | "refused-command"
    | "not-restorable"
    | "stream-too-large"
    | "too-few-databases"
    | "no-room"
    | "clocks-differ";
  readonly what: string;
  readonly next: string;
}

/** What was found out by asking and trying. */
export interface Findings {
  readonly source: ServerFacts;
  readonly target: ServerFacts;
  readonly tally: Tally;
  readonly clockDifferenceMs: number;
  readonly refusedCommands: readonly string[];
  /** The target's word for each type that it cannot restore. */
  readonly notRestorable: Readonly<Record<string, string>>;
  /** The source's highest database; undefined when the target has it, too. */
  readonly missingDatabase: number | undefined;
}

/** Above this share of its memory a server has no room for buffers and for what is yet to come. */
const FULL_FRACTION = 0.9;
/** Expiries are moments: clocks that differ by more make keys go noticeably early or late. */
const CLOCK_TOLERANCE_MS = 1_000;

export function obstaclesOf(findings: Findings): Obstacle[] {
  return [
    ...cluster(findings),
    ...replica(findings),
    ...permissions(findings),
    ...types(findings),
    ...streams(findings),
    ...databases(findings),
    ...memory(findings),
    ...clocks(findings),
  ];
}

function* cluster({ source, target }: Findings): Generator<Obstacle> {
  for (const [side, { cluster }] of Object.entries({ source, target })) {
    if (!cluster) continue;
    yield {
      code: "cluster-mode",
      what: `The ${side} is a cluster: one of its nodes has only part of the keys.`,
      next: "A live copy is for servers with cluster mode off.",
    };
  }
}

function* replica({ target }: Findings): Generator<Obstacle> {
  if (target.role !== "slave") return;
  yield {
    code: "replica-target",
    what: "The target is a replica, which takes no writes.",
    next: "Use the address of its primary.",
  };
}

function* permissions({ refusedCommands }: Findings): Generator<Obstacle> {
  for (const refused of refusedCommands) {
    yield {
      code: "refused-command",
      what: `The source refuses a command that the copy needs: ${refused}.`,
      next: "Give the user of the copy that command, for all keys.",
    };
  }
}

function* types({ notRestorable, source, target, tally }: Findings): Generator<Obstacle> {
  for (const [type, refusal] of Object.entries(notRestorable)) {
    yield {
      code: "not-restorable",
      what: `The target (${target.version}) cannot restore keys of type ${type}, of which the source (${source.version}) has ${tally.types[type]}: ${refusal}.`,
      next: "Use a target of the source's version or later, with the same modules.",
    };
  }
}

function* streams({ tally }: Findings): Generator<Obstacle> {
  for (const { type, bytes, db, keyDigest } of tally.largest) {
    if (type !== "stream" || bytes <= LARGEST_WHOLE) continue;
    yield {
      code: "stream-too-large",
      what: `A stream in database ${db} (key ${keyDigest}…) takes ${mib(bytes)}; one command carries at most ${mib(LARGEST_WHOLE)}.`,
      next: "Trim it with XTRIM, or move it by itself.",
    };
  }
}

function* databases({ missingDatabase }: Findings): Generator<Obstacle> {
  if (missingDatabase === undefined) return;
  yield {
    code: "too-few-databases",
    what: `The source has keys in database ${missingDatabase}, which the target does not have.`,
    next: "Raise `databases` in the target's parameters.",
  };
}

function* memory({ source, target }: Findings): Generator<Obstacle> {
  const needed = target.usedBytes + Math.max(0, source.dataBytes - target.dataBytes);
  if (target.maxBytes === 0 || needed <= target.maxBytes * FULL_FRACTION) return;
  yield {
    code: "no-room",
    what: `The target would hold ${mib(needed)} of its ${mib(target.maxBytes)}: above ${FULL_FRACTION * 100} % it evicts keys or refuses writes (its policy is ${target.evictionPolicy}).`,
    next: "Use a larger node type for the target.",
  };
}

function* clocks({ clockDifferenceMs }: Findings): Generator<Obstacle> {
  if (Math.abs(clockDifferenceMs) <= CLOCK_TOLERANCE_MS) return;
  const how = clockDifferenceMs > 0 ? "ahead of" : "behind";
  yield {
    code: "clocks-differ",
    what: `The target's clock is ${Math.abs(clockDifferenceMs)} ms ${how} the source's, so keys would expire at another time.`,
    next: "Set the clocks right.",
  };
}

function mib(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024)} MiB`;
}
