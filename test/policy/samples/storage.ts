import { document, resource } from "../resources.ts";
import { changed, without } from "./sample.ts";
import type { Sample } from "./sample.ts";

const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ENCRYPTION =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const bucket = "it-id";
const encryptedBy = (sseAlgorithm: string) => ({
  bucket,
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }],
});
const tlsOnly = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: "*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const opened = (Action: string) =>
  changed(BUCKET_POLICY, {
    bucket,
    policy: document({ Effect: "Allow", Principal: "*", Action, Resource: "*" }),
  });

export const s3: Sample = {
  type: "aws:s3/bucket:Bucket",
  inputs: { bucket: "acme" },
  beside: [
    resource(BLOCK, {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    }),
    resource("aws:s3/bucketLogging:BucketLogging", { bucket }),
    resource("aws:s3/bucketReplicationConfig:BucketReplicationConfig", { bucket }),
    resource("aws:s3/bucketVersioning:BucketVersioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    }),
    resource(ENCRYPTION, encryptedBy("aws:kms")),
    resource(OWNERSHIP, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }),
    resource(LIFECYCLE, {
      bucket,
      rules: [{ noncurrentVersionExpiration: { noncurrentDays: 30 } }],
    }),
    resource(BUCKET_POLICY, { bucket, policy: document(tlsOnly) }),
  ],
  broken: {
    S3BucketLevelPublicAccessProhibited: changed(BLOCK, { bucket, blockPublicAcls: true }),
    S3BucketLoggingEnabled: without("aws:s3/bucketLogging:BucketLogging"),
    S3BucketReplicationEnabled: without("aws:s3/bucketReplicationConfig:BucketReplicationConfig"),
    S3BucketVersioningEnabled: changed("aws:s3/bucketVersioning:BucketVersioning", {
      bucket,
      versioningConfiguration: { status: "Suspended" },
    }),
    S3DefaultEncryptionKMS: changed(ENCRYPTION, encryptedBy("AES256")),
    S3BucketAclProhibited: changed(OWNERSHIP, {
      bucket,
      rule: { objectOwnership: "ObjectWriter" },
    }),
    S3OldVersionsExpire: changed(LIFECYCLE, { bucket, rules: [{ expiration: { days: 30 } }] }),
    S3BucketPublicReadProhibited: opened("s3:Get*"),
    S3BucketPublicWriteProhibited: opened("s3:PutObject"),
    S3BucketSSLRequestsOnly: changed(BUCKET_POLICY, {
      bucket,
      policy: document({ ...tlsOnly, Effect: "Allow", Principal: "x" }),
    }),
  },
};
