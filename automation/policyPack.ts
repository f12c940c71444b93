/** A planned resource, as a preview tells of it. */
export interface PlannedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Somebody's word for what no rule can see. */
export interface Attestation {
  readonly item: string;
  readonly of?: string;
  readonly owner: string;
  /** ISO date. */
  readonly date: string;
  readonly proof?: string;
}

export interface PolicyQuestion {
  readonly target: string;
  readonly stack: string;
  readonly resources: readonly PlannedResource[];
  readonly attestations: readonly Attestation[];
  /** ISO date. */
  readonly today: string;
}

export interface PolicyFinding {
  readonly rule: string;
  readonly resource: string;
  readonly problem: string;
  readonly remedy: string;
  readonly hipaa: string;
}

export interface PolicyReport {
  /** Resources that at least one rule looks at. */
  readonly resources: number;
  /** All that the target has in the cloud. */
  readonly declared: number;
  readonly rules: number;
  readonly findings: readonly PolicyFinding[];
  readonly waived: readonly (PolicyFinding & {
    readonly reason: string;
    readonly owner: string;
    readonly expires: string;
  })[];
  readonly waiverProblems: readonly {
    readonly rule: string;
    readonly resources: readonly string[];
    readonly owner: string;
    readonly problem: string;
    readonly remedy: string;
  }[];
  readonly undecided: readonly Pick<PolicyFinding, "rule" | "resource">[];
  readonly checklist: readonly {
    readonly title: string;
    readonly status: string;
    readonly because: string;
  }[];
}

/** What `policy/` provides to the command line. */
export interface PolicyPack {
  /** Items of the checklist that somebody can give their word for. */
  readonly attestable: readonly string[];
  /** The target's providers with whom nobody attests a business associate agreement that holds today. */
  withoutAgreement(
    question: Pick<PolicyQuestion, "target" | "attestations" | "today">,
  ): readonly string[];
  evaluate(question: PolicyQuestion): PolicyReport;
}
