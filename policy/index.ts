import { withoutAgreement } from "./agreements.ts";
import type { Attestation } from "./attestation.ts";
import { attestable, checklist } from "./checklist.ts";
import type { ChecklistLine } from "./checklist.ts";
import { judge } from "./finding.ts";
import type { Finding, Undecided } from "./finding.ts";
import { isInCloud } from "./plan.ts";
import type { Resource } from "./plan.ts";
import { rules } from "./rules/index.ts";
import type { Waived, WaiverProblem } from "./waiver.ts";
import { weigh } from "./waiver.ts";
import { waivers } from "./waivers/index.ts";

export { attestable, withoutAgreement };

export interface PolicyQuestion {
  readonly target: string;
  readonly stack: string;
  readonly resources: readonly Resource[];
  readonly attestations: readonly Attestation[];
  /** ISO date, against which waivers and attestations are held. */
  readonly today: string;
}

export interface PolicyReport {
  /** Resources that at least one rule looks at. */
  readonly resources: number;
  /** All that the target has in the cloud. */
  readonly declared: number;
  readonly rules: number;
  readonly findings: readonly Finding[];
  readonly waived: readonly Waived[];
  /** Waivers that have expired or cover nothing: they fail as findings do. */
  readonly waiverProblems: readonly WaiverProblem[];
  /** What only the update will tell. */
  readonly undecided: readonly Undecided[];
  readonly checklist: readonly ChecklistLine[];
}

/** Holds the HIPAA rules against what a target declares. */
export function evaluate(question: PolicyQuestion): PolicyReport {
  const { target, resources, attestations, today } = question;
  const { undecided, judged, findings } = judge(resources, rules);
  const weighed = weigh({ findings, undecided }, waivers[target] ?? [], question);
  return {
    resources: judged,
    declared: resources.filter(isInCloud).length,
    rules: rules.length,
    findings: weighed.findings,
    waived: weighed.waived,
    waiverProblems: weighed.waiverProblems,
    undecided,
    checklist: checklist({ target, rules, resources, weighed, undecided, attestations, today }),
  };
}
