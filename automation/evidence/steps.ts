import type { Facts } from "../step.ts";
import type { ChainedEvent } from "./chain.ts";
import { factsOf, listOf, numberOf, oneLine, textOf } from "./facts.ts";

export type StepStatus =
  "not-run" | "running" | "waiting" | "succeeded" | "failed" | "undone" | "undo-failed";

/** A planned step and what became of it. */
export interface StepRecord {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly effect: string;
  /** How it is taken back; absent: it cannot be. */
  readonly undo?: string;
  /** As planned, on the real clock. */
  readonly expectedMs: number;
  readonly status: StepStatus;
  /** How often it was begun: more than once after a crash, a failure or a rollback. */
  readonly attempts: number;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Of the attempt that ended it. */
  readonly durationMs?: number;
  readonly error?: string;
  /** The length of a soak on the real clock; a rehearsal's is shorter. */
  readonly soakMs?: number;
}

/** Every planned step, in order, with what the events say of it. */
export function recordSteps(events: readonly ChainedEvent[]): StepRecord[] {
  const plan = listOf(events[0]?.data ?? {}, "plan").map(plannedStep);
  return plan.map((step) => events.filter((event) => concerns(event, step.id)).reduce(after, step));
}

/** The first step that cannot be taken back, if there is one. */
export function pointOfNoReturn(steps: readonly StepRecord[]): StepRecord | undefined {
  return steps.find((step) => step.kind === "work" && step.undo === undefined);
}

/** What the plan says in place of an undo where there is none. */
const IRREVERSIBLE = "irreversible";

function plannedStep(step: Facts): StepRecord {
  const undo = textOf(step, "undo");
  return {
    id: textOf(step, "id") ?? "",
    title: textOf(step, "title") ?? "",
    kind: textOf(step, "kind") ?? "work",
    effect: textOf(step, "effect") ?? "",
    ...(undo !== undefined && undo !== IRREVERSIBLE && { undo }),
    expectedMs: numberOf(step, "expectedMs") ?? 0,
    status: "not-run",
    attempts: 0,
  };
}

function concerns({ data }: ChainedEvent, id: string): boolean {
  return data["step"] === id || data["gate"] === id;
}

/** The step after one more event about it. */
function after(step: StepRecord, { type, data, at }: ChainedEvent): StepRecord {
  switch (type) {
    case "step.started":
      return { ...again(step), attempts: step.attempts + 1, startedAt: at };
    case "soak.started":
      return { ...step, soakMs: numberOf(data, "ms") };
    case "step.succeeded":
      return ended(step, "succeeded", at, data);
    case "step.failed":
      return { ...ended(step, "failed", at, data), error: errorOf(data) };
    case "step.undone":
      return { ...step, status: "undone", endedAt: at };
    case "step.undo-failed":
      return { ...step, status: "undo-failed", endedAt: at, error: errorOf(data) };
    default:
      return step;
  }
}

/** A step that has begun once more; a gate or a soak does nothing but wait. */
function again(step: StepRecord): StepRecord {
  const status = step.kind === "work" ? "running" : "waiting";
  return { ...step, status, endedAt: undefined, durationMs: undefined, error: undefined };
}

function ended(step: StepRecord, status: StepStatus, at: string, data: Facts): StepRecord {
  const durationMs = numberOf(data, "durationMs");
  return { ...step, status, endedAt: at, ...(durationMs !== undefined && { durationMs }) };
}

/** An error is recorded as its explanation: what happened, in what state things are, what to do next. */
function errorOf(data: Facts): string {
  const error = factsOf(data, "error");
  if (!error) return oneLine(data["error"]);
  return ["what", "state", "next"]
    .map((part) => textOf(error, part))
    .filter(Boolean)
    .join(" ");
}
