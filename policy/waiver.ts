import type { Finding, Judgement, Undecided } from "./finding.ts";
import type { Resource } from "./plan.ts";

/** An exception that somebody answers for. */
export interface Waiver {
  readonly rule: string;
  /** Names of the resources; `*` stands for any letters. */
  readonly resources: readonly string[];
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** Last day on which it holds: `2027-10-31`. */
  readonly expires: string;
  /** A type: without a resource of it in the plan the waiver rests, such as one for the relays after the move. */
  readonly with?: string;
  /** Stacks that it is for, such as staging; in others it rests. All, if it names none. */
  readonly stacks?: readonly string[];
}

/** A finding, and the waiver that covers it. */
export interface Waived extends Finding {
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
}

/** A waiver that fails by itself. */
export interface WaiverProblem {
  readonly rule: string;
  readonly resources: readonly string[];
  readonly owner: string;
  readonly problem: string;
  readonly remedy: string;
}

export interface Weighed {
  readonly findings: readonly Finding[];
  readonly waived: readonly Waived[];
  readonly waiverProblems: readonly WaiverProblem[];
  /** Waivers for what this plan does not have. */
  readonly resting: readonly Waiver[];
}

/** Where and when waivers are held against findings. */
export interface Surroundings {
  readonly resources: readonly Pick<Resource, "type">[];
  readonly stack: string;
  /** ISO date. */
  readonly today: string;
}

/**
 * Takes the waived findings out. A waiver that has expired covers nothing, and one that covers nothing is a problem of its
 * own: it would cover what nobody has thought of. What is undecided may still turn out to need its waiver.
 */
export function weigh(
  { findings, undecided }: Pick<Judgement, "findings" | "undecided">,
  waivers: readonly Waiver[],
  { resources, stack, today }: Surroundings,
): Weighed {
  const types = new Set(resources.map(({ type }) => type));
  const resting = waivers.filter(
    (waiver) =>
      (waiver.with !== undefined && !types.has(waiver.with)) ||
      (waiver.stacks !== undefined && !waiver.stacks.includes(stack)),
  );
  const awake = waivers.filter((waiver) => !resting.includes(waiver));
  const open = [...findings, ...undecided];
  const valid = awake.filter(({ expires }) => today <= expires);
  const covering = (finding: Finding) => valid.find((waiver) => covers(waiver, finding));
  return {
    findings: findings.filter((finding) => covering(finding) === undefined),
    waived: findings.flatMap((finding) => {
      const waiver = covering(finding);
      return waiver ? [{ ...finding, ...answer(waiver) }] : [];
    }),
    waiverProblems: awake.flatMap((waiver) => problemsOf(waiver, open, valid)),
    resting,
  };
}

function answer({ reason, owner, expires }: Waiver) {
  return { reason, owner, expires };
}

function problemsOf(
  waiver: Waiver,
  open: readonly Undecided[],
  valid: readonly Waiver[],
): WaiverProblem[] {
  const { rule, owner, expires } = waiver;
  const of = { rule, resources: waiver.resources, owner };
  if (!valid.includes(waiver)) {
    const remedy = "Mend what it covers, or let its owner decide on it again.";
    return [{ ...of, problem: `has expired on ${expires}`, remedy }];
  }
  const unused = waiver.resources.filter(
    (pattern) => !open.some((found) => covers({ ...waiver, resources: [pattern] }, found)),
  );
  return unused.map((pattern) => ({
    ...of,
    resources: [pattern],
    problem: "covers nothing",
    remedy: "Take it out.",
  }));
}

function covers({ rule, resources }: Waiver, finding: Undecided): boolean {
  return rule === finding.rule && resources.some((pattern) => matches(pattern, finding.resource));
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}
