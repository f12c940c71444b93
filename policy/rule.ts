import type { Plan, Resource, Unknown } from "./plan.ts";
import { input, isGiven, UNKNOWN } from "./plan.ts";

/** A rule is kept, or cannot be judged before the update, or is broken: then a clause says how. */
export type Verdict = "kept" | "undecided" | { readonly problem: string };

export interface Rule {
  /** As cdk-nag calls it, without its prefix, where it has such a rule. */
  readonly id: string;
  /** What must hold. */
  readonly holds: string;
  /** What to do where it does not. */
  readonly remedy: string;
  /** First citation of the Security Rule, 45 CFR. */
  readonly hipaa: string;
  /** Rule of cdk-nag, with its pack. */
  readonly cdkNag?: string;
  /** AWS Config managed rule. */
  readonly config?: string;
  /** Check of Prowler. */
  readonly prowler?: string;
  /** Types of the resources that it looks at. */
  readonly types: readonly string[];
  judge(resource: Resource, plan: Plan): Verdict;
}

/** What cdk-nag puts before the name of a rule of its HIPAA pack. */
const PACK = "HIPAA.Security-";

/** A rule of cdk-nag's HIPAA pack. */
export function packed(rule: Omit<Rule, "cdkNag">): Rule {
  return { ...rule, cdkNag: `${PACK}${rule.id}` };
}

export function broken(problem: string): Verdict {
  return { problem };
}

/** Kept where `fact` is true. */
export function when(fact: boolean | Unknown, problem: string): Verdict {
  if (fact === UNKNOWN) return "undecided";
  return fact ? "kept" : broken(problem);
}

/** Judges that the input at `path` is true. */
export function isTrue(path: string, problem: string): Rule["judge"] {
  return (resource) => when(truth(input(resource, path)), problem);
}

/** Judges that there is an input at `path`, whatever it is. */
export function given(path: string, problem: string): Rule["judge"] {
  return (resource) => when(isGiven(resource, path), problem);
}

/** The provider takes truth values as text, too. */
export function truth(value: unknown): boolean | Unknown {
  return value === UNKNOWN ? UNKNOWN : value === true || value === "true";
}

/** A number that may be given as text; 0 where there is none. */
export function number(value: unknown): number | Unknown {
  return value === UNKNOWN ? UNKNOWN : Number(value ?? 0);
}

export function atLeast(path: string, least: number, problem: string): Rule["judge"] {
  return (resource) => {
    const value = number(input(resource, path));
    return when(value === UNKNOWN ? UNKNOWN : value >= least, problem);
  };
}
