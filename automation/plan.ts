import type { Facts, Runbook, Step } from "./step.ts";
import { duration } from "./io.ts";

export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  readonly kind: Step["kind"];
  readonly effect: string;
  readonly undo: string;
  readonly expectedMs: number;
  /** How long it took in the last completed rehearsal or run, if there was one. */
  readonly lastMs: number | null;
  readonly outage: boolean;
  readonly commands: readonly string[];
}

export interface PlanDocument {
  readonly runbook: string;
  readonly title: string;
  readonly mode: string;
  readonly stall: string;
  readonly expectedMs: number;
  readonly outageMs: number;
  readonly pointOfNoReturn: string | null;
  readonly steps: readonly PlannedStep[];
  /** What was found on the stack, when the plan is for one. */
  readonly found?: { readonly stack: string; readonly source: Facts; readonly changes: Facts };
  /** Providers that must not get health data yet. */
  readonly withoutAgreement?: readonly string[];
}

/** The plan of a runbook, beside each step how long it took last time. */
export function planDocument(
  runbook: Runbook,
  mode: string,
  durations: ReadonlyMap<string, number>,
  found?: PlanDocument["found"],
): PlanDocument {
  const steps = runbook.steps(mode).map((step) => planned(step, durations));
  const sum = (list: readonly PlannedStep[]) => list.reduce((ms, step) => ms + step.expectedMs, 0);
  return {
    runbook: runbook.name,
    title: runbook.title,
    mode,
    stall: runbook.stall(mode),
    expectedMs: sum(steps),
    outageMs: sum(steps.filter((step) => step.outage)),
    pointOfNoReturn: steps.find((step) => step.undo === IRREVERSIBLE)?.id ?? null,
    steps,
    ...(found && { found }),
  };
}

const IRREVERSIBLE = "Cannot be undone";

function planned(step: Step, durations: ReadonlyMap<string, number>): PlannedStep {
  const { id, title, kind, effect } = step;
  return {
    id,
    title,
    kind,
    effect,
    undo:
      step.kind === "work" ? (step.undo?.title ?? IRREVERSIBLE) : "Nothing to undo: it only waits",
    expectedMs: step.expectedMs,
    lastMs: durations.get(id) ?? null,
    outage: step.kind === "work" && step.outage === true,
    commands: step.kind === "work" ? (step.commands ?? []) : [],
  };
}

export function planText(plan: PlanDocument): string {
  return [
    `${plan.title} (${plan.runbook}, ${plan.mode})`,
    "",
    ...plan.steps.flatMap((step, i) => [
      `${String(i + 1).padStart(3)}. ${step.id.padEnd(20)} ${step.title}  ${timeOf(step)}`,
      `     ${step.effect}`,
      `     Undo: ${step.undo}.`,
    ]),
    "",
    ...closing(plan),
  ].join("\n");
}

/** The runbook as a document: what a person would have had as a checklist. */
export function planMarkdown(plan: PlanDocument): string {
  return [
    `# ${plan.title}`,
    "",
    `Runbook \`${plan.runbook}\`, mode \`${plan.mode}\`.`,
    "",
    ...closing(plan),
    "",
    "| # | step | what it does | expected | how it is undone |",
    "|---|---|---|---|---|",
    ...plan.steps.map(
      (step, i) => `| ${i + 1} | \`${step.id}\` | ${step.title} | ${timeOf(step)} | ${step.undo} |`,
    ),
    "",
    ...plan.steps.flatMap((step, i) => [...section(step, i + 1), ""]),
  ].join("\n");
}

function section(step: PlannedStep, number: number): string[] {
  return [
    `## ${number}. ${step.title}`,
    "",
    `**Step** \`${step.id}\`${step.outage ? " · the service stands still" : ""} · ${timeOf(step)}`,
    "",
    step.effect,
    "",
    ...(step.commands.length > 0
      ? ["By hand this would be:", "", "```sh", ...step.commands, "```", ""]
      : []),
    `**Undo:** ${step.undo}.`,
  ];
}

function closing(plan: PlanDocument): string[] {
  const total = plan.steps.filter((step) => step.kind === "work");
  const work = total.reduce((ms, step) => ms + step.expectedMs, 0);
  const standstill =
    plan.outageMs > 0
      ? `, of which the service stands still about ${duration(plan.outageMs)}`
      : "; the service never stands still";
  return [
    `Stall: ${plan.stall}`,
    "",
    `Work: about ${duration(work)}${standstill}.`,
    "",
    `Point of no return: ${plan.pointOfNoReturn ? `\`${plan.pointOfNoReturn}\`` : "none"}. Until then \`godwit rollback\` keeps every write.`,
    ...healthData(plan),
    ...(plan.found
      ? [
          "",
          `Stack ${plan.found.stack}: ${JSON.stringify(plan.found.source)}; the first update would be ${JSON.stringify(plan.found.changes)}.`,
        ]
      : []),
  ];
}

function healthData({ withoutAgreement = [] }: PlanDocument): string[] {
  if (withoutAgreement.length === 0) return [];
  return [
    "",
    `Health data: nobody attests a business associate agreement with ${withoutAgreement.join(", ")}. A run on a stack with \`godwit:dataClass\` phi is refused until somebody does; a rehearsal, which has no real data, is not.`,
  ];
}

function timeOf({ kind, expectedMs, lastMs }: PlannedStep): string {
  if (kind === "gate") return "until approved";
  const expected = `about ${duration(expectedMs)}`;
  return lastMs === null ? expected : `${expected} (last time ${duration(lastMs)})`;
}
