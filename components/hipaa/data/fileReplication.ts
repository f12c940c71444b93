import * as pulumi from "@pulumi/pulumi";
import { BucketReplicationConfig } from "@pulumi/aws/s3/bucketReplicationConfig.js";
import { setBucketPolicy } from "../../shared/bucketPolicy.ts";
import { createPrivateBucket } from "../../shared/privateBucket.ts";
import type { PrivateBucket } from "../../shared/privateBucket.ts";
import { recoveryRegionOf } from "../residency.ts";
import { createServiceRole } from "../roles.ts";
import type { ServiceRole } from "../roles.ts";
import type { HipaaWhole } from "../whole.ts";
import { uploadRules } from "./lifecycle.ts";
import { createRecoveryKey } from "./recoveryKey.ts";

/** Files that were there before are not copied by it; a batch job of S3 does that. */
const EVERYTHING = { prefix: "" };

export interface Replicated {
  readonly source: PrivateBucket;
  /** Name of the copy in the cloud. */
  readonly copyName: pulumi.Input<string>;
}

/**
 * Copies files with health data, as they are written, into buckets of the other Canadian region, under a key there: what
 * they are restored from when a whole region is lost. Returns the copies.
 */
export function replicateFiles(
  whole: HipaaWhole,
  replicated: readonly Replicated[],
  dataKeyArn: pulumi.Input<string>,
): PrivateBucket[] {
  const { name, parent, region, protect } = whole;
  const key = createRecoveryKey(whole, "copies-key", "files");
  const pairs = replicated.map(({ source, copyName }) => {
    const copy = createPrivateBucket(whole, {
      id: `${source.id}-copy`,
      bucket: copyName,
      rules: uploadRules,
      protect,
      kmsKeyArn: key.arn,
      region: recoveryRegionOf(region),
    });
    setBucketPolicy(whole, copy);
    return { source, copy };
  });
  const role = copierOf(whole, pairs, { from: dataKeyArn, to: key.arn });
  for (const { source, copy } of pairs) {
    new BucketReplicationConfig(
      `${name}-${source.id}-replication`,
      {
        bucket: source.bucket.id,
        role: role.arn,
        rules: [
          {
            id: "all",
            status: "Enabled",
            filter: EVERYTHING,
            deleteMarkerReplication: { status: "Enabled" },
            sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
            destination: {
              bucket: copy.bucket.arn,
              encryptionConfiguration: { replicaKmsKeyId: key.arn },
            },
          },
        ],
      },
      // Both sides must keep versions before S3 takes it.
      { parent, dependsOn: [...role.usable, source.versioning, copy.versioning] },
    );
  }
  return pairs.map(({ copy }) => copy);
}

interface Pair {
  readonly source: PrivateBucket;
  readonly copy: PrivateBucket;
}

/** What S3 copies with: it reads here and writes there, each under its own key. */
function copierOf(
  whole: HipaaWhole,
  pairs: readonly Pair[],
  keys: { readonly from: pulumi.Input<string>; readonly to: pulumi.Input<string> },
): ServiceRole {
  const { region } = whole;
  const arns = (side: keyof Pair) => pulumi.all(pairs.map((pair) => pair[side].bucket.arn));
  const within = (buckets: readonly string[]) => buckets.map((bucket) => `${bucket}/*`);
  const via = (where: string) => ({
    StringEquals: { "kms:ViaService": `s3.${where}.amazonaws.com` },
  });
  const statements = pulumi
    .all([arns("source"), arns("copy"), keys.from, keys.to])
    .apply(([sources, copies, from, to]) => [
      {
        Sid: "SeesWhatToCopy",
        Effect: "Allow",
        Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
        Resource: sources,
      },
      {
        Sid: "Reads",
        Effect: "Allow",
        Action: [
          "s3:GetObjectVersionForReplication",
          "s3:GetObjectVersionAcl",
          "s3:GetObjectVersionTagging",
        ],
        Resource: within(sources),
      },
      {
        Sid: "Writes",
        Effect: "Allow",
        Action: ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
        Resource: within(copies),
      },
      {
        Sid: "Decrypts",
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: from,
        Condition: via(region),
      },
      {
        Sid: "EncryptsAnew",
        Effect: "Allow",
        Action: ["kms:Encrypt", "kms:GenerateDataKey"],
        Resource: to,
        Condition: via(recoveryRegionOf(region)),
      },
    ]);
  return createServiceRole(whole, { id: "copier", service: "s3.amazonaws.com", statements });
}
