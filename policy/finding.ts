import type { Resource } from "./plan.ts";
import { Plan } from "./plan.ts";
import type { Rule } from "./rule.ts";

/** A rule that a resource breaks. */
export interface Finding {
  readonly rule: string;
  readonly resource: string;
  readonly type: string;
  readonly urn: string;
  /** What is wrong with it. */
  readonly problem: string;
  readonly remedy: string;
  /** Where the rule is from. */
  readonly hipaa: string;
  readonly cdkNag?: string;
  readonly config?: string;
  readonly prowler?: string;
}

/** A rule that cannot be judged on a resource before the update. */
export type Undecided = Pick<Finding, "rule" | "resource" | "type" | "urn">;

/** What the rules say of a plan. */
export interface Judgement {
  readonly findings: readonly Finding[];
  readonly undecided: readonly Undecided[];
  /** Resources that at least one rule looks at. */
  readonly judged: number;
}

/** Judges every resource by every rule that looks at its type. */
export function judge(resources: readonly Resource[], rules: readonly Rule[]): Judgement {
  const plan = new Plan(resources);
  const pairs = rules.flatMap((rule) =>
    plan.of(...rule.types).map((resource) => ({ rule, resource })),
  );
  const judged = pairs.map((pair) => ({ ...pair, verdict: pair.rule.judge(pair.resource, plan) }));
  return {
    findings: judged.flatMap(({ rule, resource, verdict }) =>
      typeof verdict === "object" ? [finding(rule, resource, verdict.problem)] : [],
    ),
    undecided: judged.flatMap(({ rule, resource, verdict }) =>
      verdict === "undecided" ? [{ rule: rule.id, ...subject(resource) }] : [],
    ),
    judged: new Set(judged.map(({ resource }) => resource.urn)).size,
  };
}

function finding(rule: Rule, resource: Resource, problem: string): Finding {
  const { id, remedy, hipaa, cdkNag, config, prowler } = rule;
  return {
    rule: id,
    ...subject(resource),
    problem,
    remedy,
    hipaa,
    ...(cdkNag !== undefined && { cdkNag }),
    ...(config !== undefined && { config }),
    ...(prowler !== undefined && { prowler }),
  };
}

function subject({ name, type, urn }: Resource) {
  return { resource: name, type, urn };
}
