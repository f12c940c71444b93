import type { PolicyFinding as Found, PolicyReport } from "../policyPack.ts";
import type { Facts } from "../step.ts";
import { listOf, numberOf, textOf } from "./facts.ts";
import { count, plural } from "./format.ts";

/** What the HIPAA policy said of the stack as the run found it. */
export interface PolicyResult {
  /** Resources that at least one rule looks at. */
  readonly resources: number;
  /** All that the stack has in the cloud. */
  readonly declared: number;
  readonly rules: number;
  readonly findings: readonly PolicyFinding[];
  readonly waived: readonly WaivedFinding[];
  /** Waivers that had expired or covered nothing. */
  readonly waiverProblems: readonly PolicyFinding[];
  /** How many judgements had to wait for the update. */
  readonly undecided: number;
}

export interface PolicyFinding {
  readonly rule: string;
  readonly resource: string;
  readonly problem: string;
}

export interface WaivedFinding extends PolicyFinding {
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
}

/** A report as an event keeps it: without the remedies and the checklist, which are of the day it is read. */
export function policyFacts(report: PolicyReport): Facts {
  const { resources, declared, rules, findings, waived, waiverProblems, undecided } = report;
  return {
    resources,
    declared,
    rules,
    findings: findings.map(told),
    waived: waived.map(({ reason, owner, expires, ...finding }) => {
      return { ...told(finding), reason, owner, expires };
    }),
    waiverProblems: waiverProblems.map(({ rule, resources: names, problem }) => {
      return { rule, resource: names.join(", "), problem };
    }),
    undecided: undecided.map(({ rule, resource }) => ({ rule, resource })),
  };
}

function told({ rule, resource, problem, hipaa }: Found): Facts {
  return { rule, resource, problem, hipaa };
}

/** The result that an event keeps. */
export function policyOf(data: Facts | undefined): PolicyResult | undefined {
  if (!data) return undefined;
  return {
    resources: numberOf(data, "resources") ?? 0,
    declared: numberOf(data, "declared") ?? 0,
    rules: numberOf(data, "rules") ?? 0,
    findings: listOf(data, "findings").map(findingOf),
    waived: listOf(data, "waived").map((waived) => ({
      ...findingOf(waived),
      reason: textOf(waived, "reason") ?? "",
      owner: textOf(waived, "owner") ?? "",
      expires: textOf(waived, "expires") ?? "",
    })),
    waiverProblems: listOf(data, "waiverProblems").map(findingOf),
    undecided: listOf(data, "undecided").length,
  };
}

/** The result in a line. */
export function policySentence(policy: PolicyResult): string {
  const { resources, declared, rules, findings, waived, undecided } = policy;
  if (resources === 0) {
    return `None of the ${count(rules)} rules looks at any of the ${count(declared)} resources: this says nothing about them.`;
  }
  const found = [
    plural(findings.length, "finding"),
    `${count(waived.length)} waived`,
    ...(undecided > 0 ? [`${count(undecided)} known only after the update`] : []),
  ];
  return `${count(resources)} of ${plural(declared, "resource")} as the run found them, held against ${count(rules)} rules: ${found.join(", ")}.`;
}

/** Each finding as a row: the rule, what breaks it, and who answers for that. */
export function policyRows(policy: PolicyResult): string[][] {
  const { findings, waiverProblems, waived } = policy;
  const row = ({ rule, resource, problem }: PolicyFinding, answer: string) => [
    rule,
    `${resource} ${problem}`,
    answer,
  ];
  return [
    ...findings.map((finding) => row(finding, "nobody")),
    ...waiverProblems.map((finding) => row(finding, "the waiver is not in force")),
    ...waived.map((finding) => row(finding, answerOf(finding))),
  ];
}

export const POLICY_COLUMNS = ["Rule", "What breaks it", "Who answers for it"];

function answerOf({ reason, owner, expires }: WaivedFinding): string {
  return `${owner}, until ${expires}: ${reason}`;
}

function findingOf(finding: Facts): PolicyFinding {
  return {
    rule: textOf(finding, "rule") ?? "",
    resource: textOf(finding, "resource") ?? "",
    problem: textOf(finding, "problem") ?? "",
  };
}
