import type { Plan, Resource, Unknown } from "../plan.ts";
import { input, UNKNOWN } from "../plan.ts";
import type { Rule, Verdict } from "../rule.ts";
import { broken, packed, when } from "../rule.ts";
import type { Statement } from "../statements.ts";
import { covers, statementsOf } from "../statements.ts";
import { besideIt } from "./s3.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const ACL = "aws:s3/bucketAcl:BucketAcl";

/** Who may ask a bucket for what. */
export const s3Access: readonly Rule[] = [
  packed({
    id: "S3BucketPublicReadProhibited",
    holds: "nobody outside reads a bucket",
    remedy: "Take the public ACL away, and name who may read in the bucket's policy.",
    hipaa: "164.308(a)(3)(i)",
    config: "s3-bucket-public-read-prohibited",
    prowler: "s3_bucket_public_access",
    types: [BUCKET],
    judge: (bucket, plan) =>
      closedTo(bucket, plan, { action: "s3:GetObject", acls: READ_ACLS, what: "read" }),
  }),
  packed({
    id: "S3BucketPublicWriteProhibited",
    holds: "nobody outside writes to a bucket",
    remedy: "Take the public ACL away, and name who may write in the bucket's policy.",
    hipaa: "164.308(a)(3)(i)",
    config: "s3-bucket-public-write-prohibited",
    prowler: "s3_bucket_policy_public_write_access",
    types: [BUCKET],
    judge: (bucket, plan) =>
      closedTo(bucket, plan, { action: "s3:PutObject", acls: WRITE_ACLS, what: "write to" }),
  }),
  packed({
    id: "S3BucketSSLRequestsOnly",
    holds: "a bucket refuses requests without TLS",
    remedy: "Deny s3:* to everybody where aws:SecureTransport is false, in the bucket's policy.",
    hipaa: "164.312(a)(2)(iv)",
    config: "s3-bucket-ssl-requests-only",
    prowler: "s3_bucket_secure_transport_policy",
    types: [BUCKET],
    judge: (bucket, plan) =>
      besideIt(
        bucket,
        plan,
        POLICY,
        "has no policy that refuses requests without TLS",
        (policy) => {
          const statements = statementsOf(policy);
          return when(
            statements === UNKNOWN ? UNKNOWN : statements.some(refusesWithoutTls),
            "has a policy that lets requests without TLS in",
          );
        },
      ),
  }),
];

const WRITE_ACLS = ["public-read-write"];
const READ_ACLS = ["public-read", "authenticated-read", ...WRITE_ACLS];

function refusesWithoutTls({ effect, everybody, actions, condition }: Statement): boolean {
  const insecure = condition["Bool"]?.["aws:SecureTransport"];
  return (
    effect === "Deny" &&
    everybody &&
    actions.some((action) => covers(action, "s3:GetObject")) &&
    String(insecure) === "false"
  );
}

interface Access {
  readonly action: string;
  /** Canned ACLs that grant it. */
  readonly acls: readonly string[];
  readonly what: string;
}

function closedTo(bucket: Resource, plan: Plan, { action, acls, what }: Access): Verdict {
  const beside: (readonly Resource[] | Unknown)[] = [ACL, POLICY].map((type) =>
    plan.beside(bucket, type, "bucket"),
  );
  const [acl, policy] = beside.map((found) => (found === UNKNOWN ? undefined : found[0]));
  const canned = [input(bucket, "acl"), acl && input(acl, "acl")];
  if (canned.some((value) => acls.includes(String(value))))
    return broken(`lets anybody ${what} it`);
  const statements = policy ? statementsOf(policy) : [];
  if (beside.includes(UNKNOWN) || canned.includes(UNKNOWN) || statements === UNKNOWN) {
    return "undecided";
  }
  const opens = ({ effect, everybody, actions, condition }: Statement) =>
    effect === "Allow" &&
    everybody &&
    Object.keys(condition).length === 0 &&
    actions.some((pattern) => covers(pattern, action));
  return when(!statements.some(opens), `has a policy that lets anybody ${what} it`);
}
