import { AGREEMENT_DAYS, withoutAgreement } from "./agreements.ts";
import type { Attestation } from "./attestation.ts";
import { holds } from "./attestation.ts";
import type { Undecided } from "./finding.ts";
import type { Resource } from "./plan.ts";
import type { Rule } from "./rule.ts";
import type { Weighed } from "./waiver.ts";

/** One of the twelve items of the requirements' HIPAA checklist. */
interface Item {
  readonly id: string;
  readonly title: string;
  readonly hipaa: string;
  /** Rules that prove it, as far as rules can. */
  readonly rules: readonly string[];
  /** What somebody has to say for it, and how many days that lasts. */
  readonly attested?: {
    readonly lastsDays: number;
    /** Needed beside the rules, which see a part only; else it stands in where the target has nothing to check. */
    readonly beside?: boolean;
    /** Needed for each provider of the target. */
    readonly eachProvider?: boolean;
  };
}

export type ItemStatus =
  | "checked"
  | "checked, with waivers"
  | "attested"
  | "broken"
  | "undecided"
  | "not attested"
  | "not in this target";

export interface ChecklistLine {
  readonly item: string;
  readonly title: string;
  readonly hipaa: string;
  readonly status: ItemStatus;
  /** What it rests on: numbers of resources and waivers, owner and date. */
  readonly because: string;
}

const YEAR = 366;
const QUARTER = 92;

const items: readonly Item[] = [
  {
    id: "baa",
    title: "A business associate agreement is signed with each provider",
    hipaa: "164.308(b)(1)",
    rules: [],
    attested: { lastsDays: AGREEMENT_DAYS, eachProvider: true },
  },
  {
    id: "at-rest",
    title: "All data is encrypted at rest",
    hipaa: "164.312(a)(2)(iv)",
    rules: [
      "RDSStorageEncrypted",
      "EC2VolumesEncrypted",
      "HetznerVolumeEncrypted",
      "ElastiCacheEncryptedAtRest",
      "ElastiCacheOwnKey",
      "S3DefaultEncryptionKMS",
      "CloudTrailEncryptionEnabled",
      "CloudWatchLogGroupEncrypted",
      "SecretsManagerUsingKMSKey",
      "SNSEncryptedKMS",
      "KMSKeyRotation",
    ],
  },
  {
    id: "in-transit",
    title: "All data is encrypted in transit, with TLS 1.2 or later",
    hipaa: "164.312(e)(2)(ii)",
    rules: [
      "ALBHttpToHttpsRedirection",
      "ELBv2ACMCertificateRequired",
      "ELBv2CurrentTls",
      "ELBv2TargetTls",
      "RDSTlsForced",
      "ElastiCacheEncryptedInTransit",
      "S3BucketSSLRequestsOnly",
      "CloudFrontHttpsOnly",
      "CloudFrontCurrentTls",
      "CloudFrontOriginTls",
      "HetznerBalancerPassesTls",
      "R2DomainCurrentTls",
    ],
  },
  {
    id: "trail",
    title: "Calls of the API are recorded and kept for 90 days",
    hipaa: "164.312(b)",
    rules: [
      "CloudTrailKept90Days",
      "CloudTrailLogFileValidationEnabled",
      "CloudTrailCloudWatchLogsEnabled",
    ],
    attested: { lastsDays: YEAR },
  },
  {
    id: "flow-logs",
    title: "Flow logs of the network are on",
    hipaa: "164.312(b)",
    rules: ["VPCFlowLogsEnabled"],
    attested: { lastsDays: YEAR },
  },
  {
    id: "access-logs",
    title: "Balancers, buckets and CDN log who asked for what",
    hipaa: "164.312(b)",
    rules: [
      "ELBLoggingEnabled",
      "S3BucketLoggingEnabled",
      "CloudFrontLogged",
      "WAFv2LoggingEnabled",
    ],
  },
  {
    id: "mfa",
    title: "Every person signs in with a second factor",
    hipaa: "164.312(d)",
    rules: [],
    attested: { lastsDays: QUARTER },
  },
  {
    id: "patching",
    title: "Security patches come in regularly",
    hipaa: "164.308(a)(5)(ii)(A)",
    rules: ["RDSAutomaticMinorVersionUpgradeEnabled", "ElastiCacheMinorUpgrades"],
    attested: { lastsDays: YEAR, beside: true },
  },
  {
    id: "incident-response",
    title: "There is a plan for incidents",
    hipaa: "164.308(a)(6)(ii)",
    rules: [],
    attested: { lastsDays: YEAR },
  },
  {
    id: "restore-test",
    title: "A restore from backups is tested each quarter",
    hipaa: "164.308(a)(7)(ii)(D)",
    rules: [],
    attested: { lastsDays: QUARTER },
  },
  {
    id: "risk-assessment",
    title: "The risks have been assessed",
    hipaa: "164.308(a)(1)(ii)(A)",
    rules: [],
    attested: { lastsDays: YEAR },
  },
  {
    id: "training",
    title: "Everybody with access has been trained",
    hipaa: "164.308(a)(5)(i)",
    rules: [],
    attested: { lastsDays: YEAR },
  },
];

/** Names of the items that somebody can give their word for. */
export const attestable: readonly string[] = items
  .filter(({ attested }) => attested !== undefined)
  .map(({ id }) => id);

/** What the checklist is judged by. */
export interface ChecklistFacts {
  readonly target: string;
  readonly rules: readonly Rule[];
  readonly resources: readonly Pick<Resource, "type">[];
  readonly weighed: Pick<Weighed, "findings" | "waived">;
  readonly undecided: readonly Undecided[];
  readonly attestations: readonly Attestation[];
  /** ISO date. */
  readonly today: string;
}

/** The twelve items: what the rules prove, and for the rest who gave their word, and when. */
export function checklist(facts: ChecklistFacts): ChecklistLine[] {
  return items.map((item) => {
    const { id, title, hipaa } = item;
    return { item: id, title, hipaa, ...statusOf(item, facts) };
  });
}

type Status = Pick<ChecklistLine, "status" | "because">;

function statusOf(item: Item, facts: ChecklistFacts): Status {
  const checked = checkedStatus(item, facts);
  if (checked?.status === "broken" || checked?.status === "undecided") return checked;
  const attested = attestedStatus(item, facts);
  if (attested && item.attested?.beside) return attested;
  return checked ?? attested ?? { status: "not in this target", because: "nothing to check" };
}

function checkedStatus({ rules }: Item, facts: ChecklistFacts): Status | undefined {
  const types = facts.rules.filter(({ id }) => rules.includes(id)).flatMap((rule) => rule.types);
  const looked = facts.resources.filter(({ type }) => types.includes(type)).length;
  if (looked === 0) return undefined;
  const count = (list: readonly { rule: string }[]) =>
    list.filter(({ rule }) => rules.includes(rule)).length;
  const { findings, waived } = facts.weighed;
  const because = `${looked} resources`;
  if (count(findings) > 0) return { status: "broken", because: `${count(findings)} findings` };
  if (count(facts.undecided) > 0) {
    return { status: "undecided", because: `${count(facts.undecided)} known after the update` };
  }
  return count(waived) > 0
    ? { status: "checked, with waivers", because: `${because}, ${count(waived)} findings waived` }
    : { status: "checked", because };
}

function attestedStatus({ id, attested }: Item, facts: ChecklistFacts): Status | undefined {
  if (attested === undefined) return undefined;
  const said = facts.attestations.filter(({ item }) => item === id);
  const valid = said.filter((one) => holds(one, attested.lastsDays, facts.today));
  if (valid.length === 0) {
    const [last] = said;
    return {
      status: "not attested",
      because: last ? `${last.owner}'s word of ${last.date} does not hold today` : "nobody has",
    };
  }
  const open = attested.eachProvider ? withoutAgreement(facts) : [];
  if (open.length > 0) {
    return { status: "not attested", because: `nobody has for ${open.join(", ")}` };
  }
  const words = valid.map(({ of, owner, date }) => [of, owner, date].filter(Boolean).join(", "));
  return { status: "attested", because: words.join("; ") };
}
