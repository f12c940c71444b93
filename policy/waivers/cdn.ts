import type { Waiver } from "../waiver.ts";

const by = { owner: "platform", expires: "2027-10-31" };
const BUCKETS = ["cdn-assets", "cdn-archive", "cdn-logs"];

/** What the target `cdn` does otherwise, and why. Its files are for everybody to see. */
export const cdn: readonly Waiver[] = [
  {
    ...by,
    rule: "S3DefaultEncryptionKMS",
    resources: BUCKETS,
    reason:
      "Public files and who asked for them, encrypted with S3's keys; with a key of ours each edge would ask KMS.",
  },
  {
    ...by,
    rule: "S3BucketReplicationEnabled",
    resources: BUCKETS,
    reason: "The archive is the second copy of the old files; versions undo a deletion.",
  },
  {
    ...by,
    rule: "S3BucketLoggingEnabled",
    resources: ["cdn-logs"],
    reason: "A log bucket that logs into itself never comes to rest.",
  },
  {
    ...by,
    rule: "SNSEncryptedKMS",
    resources: ["cdn-*-topic"],
    reason: "Alarms say how many requests failed, and nothing of anybody.",
  },
];
