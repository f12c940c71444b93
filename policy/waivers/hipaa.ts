import type { Waiver } from "../waiver.ts";

const by = { owner: "security", expires: "2027-10-31" };

const ON_TWIN = {
  ...by,
  reason:
    "A twin is taken down again; in production, settings without this protection are refused.",
  stacks: ["rehearsal"],
};

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
    resources: ["buckets-backups", "buckets-deployments", "buckets-logs", "buckets-uploads"],
    reason:
      "Each is versioned and in three zones. With the region uploads would be lost; the recovery point of five minutes is the database's.",
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
    rule: "S3DefaultEncryptionKMS",
    resources: ["buckets-logs"],
    reason: "A balancer delivers its logs only to a bucket that is encrypted with S3's own keys.",
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
