import type { Traffic } from "../twin.ts";
import type { Facts } from "../step.ts";
import type { ChainedEvent } from "./chain.ts";
import { costOf, type CostChange } from "./cost.ts";
import { factsOf, numberOf, oneLine, textOf } from "./facts.ts";
import { limitsOf } from "./limits.ts";
import { policyOf, type PolicyResult } from "./policy.ts";
import { rollbackOf, type Rollback } from "./rollback.ts";
import { recordSteps, type StepRecord } from "./steps.ts";
import { switchesOf, type Switch } from "./switches.ts";

export type EvidenceStatus =
  "running" | "waiting" | "paused" | "completed" | "failed" | "aborted" | "rolled-back";

export interface Approval {
  readonly gate: string;
  /** What the person confirmed. */
  readonly asks: string;
  readonly by: string;
  readonly at: string;
}

export interface StackUpdate {
  readonly step: string;
  readonly stage: string;
  /** Resources by what was done to them: `{ "create": 12, "same": 3 }`. */
  readonly changes: Readonly<Record<string, number>>;
  readonly durationMs: number;
  /** What a crash had left in the stack and was mended, if anything. */
  readonly repaired?: string;
}

export interface Verification {
  readonly what: string;
  readonly step?: string;
  readonly at: string;
  /** Items compared on either side. */
  readonly source: number;
  readonly target: number;
  readonly differences: number;
}

export interface Criterion {
  readonly id: string;
  readonly title: string;
  readonly met: boolean;
  readonly proof: string;
}

/** Everything the evidence says about a run; made from its events alone, so that nothing in it is unproven. */
export interface Summary {
  readonly format: "godwit-evidence/1";
  readonly run: string;
  readonly runbook: string;
  /** What the runbook does, in a line. */
  readonly title: string;
  readonly mode: string;
  readonly stack: string;
  readonly rehearsal: boolean;
  /** Of a rehearsal's data. */
  readonly scale?: string;
  readonly startedBy: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly status: EvidenceStatus;
  /** How the run ended, in a sentence. */
  readonly sentence: string;
  /** The steps as planned, with what became of each. */
  readonly plan: readonly StepRecord[];
  readonly approvals: readonly Approval[];
  readonly stackUpdates: readonly StackUpdate[];
  readonly verification: readonly Verification[];
  /** Switches of the traffic between the sides; absent where there was none. */
  readonly switches?: readonly Switch[];
  /** Whether a rollback keeps every write; absent where nobody said, and where there is no way back. */
  readonly rollback?: Rollback;
  readonly criteria: readonly Criterion[];
  readonly traffic?: Traffic;
  /** Absent where the run was started without looking at the stack. */
  readonly policy?: PolicyResult;
  readonly cost?: CostChange;
  /** What this run cannot show. */
  readonly limits: readonly string[];
  readonly toolVersions: Readonly<Record<string, string>>;
}

/** Tells a run from its events, which begin with `run.started`. */
export function summarise(events: readonly ChainedEvent[]): Summary {
  const [first] = events;
  if (first?.type !== "run.started") throw new Error("The events do not begin with run.started.");
  const started = first.data;
  const rehearsal = started["rehearsal"] === true;
  const scale = textOf(started, "scale");
  const plan = recordSteps(events);
  const traffic = trafficOf(events);
  const switches = switchesOf(events);
  const rollback = rollbackOf(events, plan);
  const cost = costOf(lastOf(events, "cost")?.data);
  const policy = policyOf(lastOf(events, "policy")?.data);
  return {
    format: "godwit-evidence/1",
    run: first.run,
    runbook: textOf(started, "runbook") ?? "",
    title: textOf(started, "title") ?? "",
    mode: textOf(started, "mode") ?? "",
    stack: textOf(started, "stack") ?? "",
    rehearsal,
    ...(scale && { scale }),
    startedBy: textOf(started, "startedBy") ?? "",
    startedAt: first.at,
    ...endOf(events, plan),
    plan,
    approvals: ofType(events, "gate.approved").map((event) => approvalOf(event, events)),
    stackUpdates: ofType(events, "stack.update").map(({ data }) => stackUpdateOf(data)),
    verification: ofType(events, "verification").map(verificationOf),
    ...(switches.length > 0 && { switches }),
    ...(rollback && { rollback }),
    criteria: criteriaOf(events),
    ...(traffic && { traffic }),
    ...(policy && { policy }),
    ...(cost && { cost }),
    limits: limitsOf(started, rehearsal),
    toolVersions: toolVersionsOf(started),
  };
}

function ofType(events: readonly ChainedEvent[], type: string): ChainedEvent[] {
  return events.filter((event) => event.type === type);
}

function lastOf(events: readonly ChainedEvent[], type: string): ChainedEvent | undefined {
  return events.findLast((event) => event.type === type);
}

/** A fact or a comparison may be added to a run that has ended; these events mean that it goes on. */
const TELLS_STATUS = /^(run|gate|soak)\.|^step\.(?!fact$)/;

function endOf(
  events: readonly ChainedEvent[],
  steps: readonly StepRecord[],
): Pick<Summary, "status" | "sentence" | "endedAt"> {
  const last = events.findLast(({ type }) => TELLS_STATUS.test(type));
  if (last?.type === "run.ended") {
    const status = textOf(last.data, "status") as EvidenceStatus;
    return { status, sentence: textOf(last.data, "sentence") ?? "", endedAt: last.at };
  }
  if (last?.type === "run.paused") return { status: "paused", sentence: "The run is paused." };
  const gate = steps.find((step) => step.kind === "gate" && step.status === "waiting");
  if (!gate) return { status: "running", sentence: "The run has not ended." };
  return { status: "waiting", sentence: `The run waits at gate ${gate.id}.` };
}

function approvalOf({ data, at }: ChainedEvent, events: readonly ChainedEvent[]): Approval {
  const gate = textOf(data, "gate") ?? "";
  const waiting = ofType(events, "gate.waiting").find((event) => event.data["gate"] === gate);
  const asks = (waiting && textOf(waiting.data, "asks")) ?? "";
  return { gate, asks, by: textOf(data, "by") ?? "", at: textOf(data, "at") ?? at };
}

function stackUpdateOf(data: Facts): StackUpdate {
  const changes = Object.entries(factsOf(data, "changes") ?? {});
  const repaired = oneLine(data["repaired"]);
  return {
    step: textOf(data, "step") ?? "",
    stage: textOf(data, "stage") ?? "",
    changes: Object.fromEntries(
      changes.filter((change): change is [string, number] => typeof change[1] === "number"),
    ),
    durationMs: numberOf(data, "durationMs") ?? 0,
    ...(repaired && { repaired }),
  };
}

function verificationOf({ data, at }: ChainedEvent): Verification {
  const step = textOf(data, "step");
  return {
    what: textOf(data, "what") ?? "",
    ...(step && { step }),
    at,
    source: numberOf(data, "source") ?? 0,
    target: numberOf(data, "target") ?? 0,
    differences: numberOf(data, "differences") ?? 0,
  };
}

/** The last word on each criterion, in the order they were first named. */
function criteriaOf(events: readonly ChainedEvent[]): Criterion[] {
  const byId = new Map<string, Criterion>();
  for (const { data } of ofType(events, "criterion")) {
    const id = textOf(data, "id") ?? "";
    const title = textOf(data, "title") ?? "";
    byId.set(id, { id, title, met: data["met"] === true, proof: oneLine(data["proof"]) });
  }
  return [...byId.values()];
}

function trafficOf(events: readonly ChainedEvent[]): Traffic | undefined {
  const data = lastOf(events, "traffic")?.data;
  if (!data) return undefined;
  const figure = (key: keyof Traffic) => numberOf(data, key) ?? 0;
  const [p999Ms, longestWaitMs] = [numberOf(data, "p999Ms"), numberOf(data, "longestWaitMs")];
  const longestStallDuring = textOf(data, "longestStallDuring");
  const bypass = factsOf(data, "bypass");
  return {
    clients: figure("clients"),
    writes: figure("writes"),
    reads: figure("reads"),
    errors: figure("errors"),
    p99Ms: figure("p99Ms"),
    ...(p999Ms !== undefined && { p999Ms }),
    longestStallMs: figure("longestStallMs"),
    ...(longestStallDuring !== undefined && { longestStallDuring }),
    ...(longestWaitMs !== undefined && { longestWaitMs }),
    ...(bypass && { bypass: bypassOf(bypass) }),
    lostWrites: figure("lostWrites"),
    duplicatedWrites: figure("duplicatedWrites"),
  };
}

function bypassOf(data: Facts): NonNullable<Traffic["bypass"]> {
  return {
    fencedSince: textOf(data, "fencedSince") ?? "",
    refused: numberOf(data, "refused") ?? 0,
    reached: numberOf(data, "reached") ?? 0,
  };
}

/** The runbook's protocol, and the versions of tools that the first event names. */
function toolVersionsOf(started: Facts): Record<string, string> {
  const protocol = oneLine(started["version"]);
  const tools = Object.entries(factsOf(started, "tools") ?? {});
  return {
    ...(protocol && { "runbook protocol": protocol }),
    ...Object.fromEntries(tools.map(([name, version]) => [name, oneLine(version)])),
  };
}
