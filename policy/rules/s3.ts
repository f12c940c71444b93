import type { Plan, Resource } from "../plan.ts";
import { input, isGiven, listOf, UNKNOWN } from "../plan.ts";
import type { Rule, Verdict } from "../rule.ts";
import { packed, truth, when } from "../rule.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const BLOCKS = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
];

/** How a bucket is set up: what it needs stands in resources beside it. */
export const s3: readonly Rule[] = [
  packed({
    id: "S3BucketLevelPublicAccessProhibited",
    holds: "a bucket blocks public access in all four ways",
    remedy: `Declare a BucketPublicAccessBlock with ${BLOCKS.join(", ")} all true.`,
    hipaa: "164.308(a)(3)(i)",
    config: "s3-bucket-level-public-access-prohibited",
    prowler: "s3_bucket_level_public_access_block",
    types: [BUCKET],
    judge: (bucket, plan) =>
      besideIt(bucket, plan, PUBLIC_ACCESS_BLOCK, "does not block public access", (block) => {
        const open = BLOCKS.filter((name) => truth(input(block, name)) === false);
        return when(open.length === 0, `leaves public access open: ${open.join(", ")}`);
      }),
  }),
  packed({
    id: "S3BucketLoggingEnabled",
    holds: "requests to a bucket are logged",
    remedy: "Declare a BucketLogging to a log bucket.",
    hipaa: "164.308(a)(3)(ii)(A)",
    config: "s3-bucket-logging-enabled",
    prowler: "s3_bucket_server_access_logging_enabled",
    types: [BUCKET],
    judge: (bucket, plan) =>
      besideIt(bucket, plan, "aws:s3/bucketLogging:BucketLogging", "logs no requests"),
  }),
  packed({
    id: "S3BucketReplicationEnabled",
    holds: "a bucket is replicated",
    remedy: "Declare a BucketReplicationConfig to a bucket in another region.",
    hipaa: "164.308(a)(7)(i)",
    config: "s3-bucket-replication-enabled",
    prowler: "s3_bucket_cross_region_replication",
    types: [BUCKET],
    judge: (bucket, plan) => {
      const type = plan.of(REPLICATION[0]).length > 0 ? REPLICATION[0] : REPLICATION[1];
      return besideIt(bucket, plan, type, "is not replicated");
    },
  }),
  packed({
    id: "S3BucketVersioningEnabled",
    holds: "a bucket keeps old versions",
    remedy: "Declare a BucketVersioning with status Enabled.",
    hipaa: "164.308(a)(7)(i)",
    config: "s3-bucket-versioning-enabled",
    prowler: "s3_bucket_object_versioning",
    types: [BUCKET],
    judge: (bucket, plan) =>
      besideIt(
        bucket,
        plan,
        "aws:s3/bucketVersioning:BucketVersioning",
        "keeps no old versions",
        (versioning) => {
          const status = input(versioning, "versioningConfiguration.status");
          return when(
            status === UNKNOWN ? UNKNOWN : status === "Enabled",
            "has its versioning suspended",
          );
        },
      ),
  }),
  packed({
    id: "S3DefaultEncryptionKMS",
    holds: "a bucket is encrypted with a KMS key by default",
    remedy: "Declare a BucketServerSideEncryptionConfiguration with aws:kms and a key of yours.",
    hipaa: "164.312(a)(2)(iv)",
    config: "s3-default-encryption-kms",
    prowler: "s3_bucket_kms_encryption",
    types: [BUCKET],
    judge: (bucket, plan) =>
      besideIt(bucket, plan, ENCRYPTION, "says nothing of its encryption", isByKms),
  }),
  {
    id: "S3BucketAclProhibited",
    holds: "a bucket knows no ACLs",
    remedy: "Declare BucketOwnershipControls with BucketOwnerEnforced.",
    hipaa: "164.308(a)(3)(i)",
    config: "s3-bucket-acl-prohibited",
    prowler: "s3_bucket_acl_prohibited",
    types: [BUCKET],
    judge: (bucket, plan) =>
      besideIt(bucket, plan, OWNERSHIP, "says nothing of who owns its objects", (controls) =>
        when(
          input(controls, "rule.objectOwnership") === "BucketOwnerEnforced",
          "lets ACLs say who may read",
        ),
      ),
  },
  {
    id: "S3OldVersionsExpire",
    holds: "it is said how long a bucket keeps old versions",
    remedy: "Declare a lifecycle rule with noncurrentVersionExpiration or a transition.",
    hipaa: "164.308(a)(7)(i)",
    config: "s3-version-lifecycle-policy-check",
    prowler: "s3_bucket_lifecycle_enabled",
    types: [BUCKET],
    judge: (bucket, plan) =>
      besideIt(bucket, plan, LIFECYCLE, "has no lifecycle", (lifecycle) =>
        when(saysHowLong(lifecycle), "keeps old versions for ever without anybody having said so"),
      ),
  },
];

const REPLICATION = [
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  "aws:s3/bucketReplicationConfiguration:BucketReplicationConfiguration",
] as const;
const ENCRYPTION =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

const OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

function saysHowLong(lifecycle: Resource): boolean {
  return listOf(input(lifecycle, "rules")).some((rule) => {
    const of = { inputs: rule as Resource["inputs"] };
    return ["noncurrentVersionExpiration", "noncurrentVersionTransitions"].some((name) =>
      isGiven(of, name),
    );
  });
}

function isByKms(encryption: Resource): Verdict {
  const algorithm = input(encryption, "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm");
  const byKms = algorithm === UNKNOWN ? UNKNOWN : /^aws:kms/.test(String(algorithm));
  return when(byKms, "is encrypted with S3's own keys, not with a KMS key");
}

/** Judges what stands beside a bucket; `missing` says what is wrong if nothing does. */
export function besideIt(
  bucket: Resource,
  plan: Plan,
  type: string,
  missing: string,
  judge: (resource: Resource) => Verdict = () => "kept",
): Verdict {
  const found = plan.beside(bucket, type, "bucket");
  if (found === UNKNOWN) return "undecided";
  return found.length === 0 ? { problem: missing } : judge(found[0]!);
}
