import type { Waiver } from "../waiver.ts";

const by = { owner: "security", expires: "2027-10-31" };

const ON_TWIN = {
  ...by,
  reason:
    "A twin is taken down again; in production, settings without this protection are refused.",
  stacks: ["rehearsal"],
};

const MOVER = "godwit:mover:Mover";
const REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";

/** What the target `hipaa` does otherwise, and why. */
export const hipaa: readonly Waiver[] = [
  {
    ...by,
    rule: "VPCNoUnrestrictedRouteToIGW",
    resources: ["network-public-out"],
    reason: "The subnets of the balancer and of NAT: nothing else stands in them.",
  },
  {
    ...by,
    rule: "RDSInBackupPlan",
    resources: ["database-instance"],
    reason:
      "Automated backups with logs, replicated to the second region, lose five minutes; a plan loses a day.",
  },
  {
    ...by,
    rule: "S3BucketReplicationEnabled",
    resources: ["buckets-deployments", "buckets-logs"],
    reason: "Packages are built again, and logs are of the region that was lost.",
  },
  {
    ...by,
    rule: "S3BucketReplicationEnabled",
    resources: ["buckets-*-copy"],
    reason: "These are the replicas.",
    with: REPLICATION,
  },
  {
    ...by,
    rule: "SecretsManagerRotationEnabled",
    resources: ["secrets-*", "cache-secret"],
    reason:
      "The application reads them at its start: they are exchanged with a deployment, not behind its back.",
  },
  {
    ...by,
    rule: "S3BucketLoggingEnabled",
    resources: ["buckets-logs"],
    reason: "A log bucket that logs into itself never comes to rest.",
  },
  {
    ...by,
    rule: "S3BucketLoggingEnabled",
    resources: ["buckets-*-copy"],
    reason:
      "S3 logs into buckets of the same region only. Nobody but S3 writes the copies, and the audit trail has who reads them.",
    with: REPLICATION,
  },
  {
    ...by,
    rule: "S3DefaultEncryptionKMS",
    resources: ["buckets-logs"],
    reason: "A balancer delivers its logs only to a bucket that is encrypted with S3's own keys.",
  },
  {
    ...by,
    rule: "SecretsManagerRotationEnabled",
    resources: ["mover-engine"],
    reason:
      "It holds where a run's engine is, is written anew by each run, and goes with the mover.",
    with: MOVER,
  },
  {
    ...by,
    rule: "IAMNoInlinePolicy",
    resources: ["mover-rights"],
    reason: "Rights that nothing else may have come and go with their role.",
    with: MOVER,
  },
  {
    ...by,
    rule: "EC2InstanceDetailedMonitoringEnabled",
    resources: ["mover-machine"],
    reason: "A run sees the mover's progress and lag each second; the machine lives for days.",
    with: MOVER,
  },
  {
    ...ON_TWIN,
    rule: "ELBDeletionProtectionEnabled",
    resources: ["application-balancer"],
  },
  {
    ...ON_TWIN,
    rule: "RDSInstanceDeletionProtectionEnabled",
    resources: ["database-instance"],
  },
];
