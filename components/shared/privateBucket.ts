import type * as pulumi from "@pulumi/pulumi";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import type { BucketLifecycleConfigurationArgs } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import type { Whole } from "./whole.ts";

export interface PrivateBucketArgs {
  /** Ends the names of the bucket's parts: `assets`. */
  readonly id: string;
  /** Name in the cloud. */
  readonly bucket: pulumi.Input<string>;
  readonly rules: NonNullable<BucketLifecycleConfigurationArgs["rules"]>;
  /** Whether its files can be lost for good by deleting it. */
  readonly protect: boolean;
  /**
   * Key that its files are encrypted under.
   *
   * @default S3's own
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /**
   * Where it is.
   *
   * @default the stack's region
   */
  readonly region?: string;
}

/** A bucket that nobody reads yet, and what must exist before its policy is set. */
export interface PrivateBucket {
  readonly id: string;
  readonly bucket: Bucket;
  readonly closed: BucketPublicAccessBlock;
  readonly versioning: BucketVersioning;
  /** Where it is, unless that is the stack's region; each thing that is set on it must be there, too. */
  readonly place: { readonly region?: string };
}

/**
 * Creates a bucket that cannot be made public: access blocked, ACLs off, versioned, encrypted.
 *
 * Unless a key is given it is encrypted by S3's own. What a CDN serves is public by intent, log delivery takes no other,
 * and with a KMS key each file that is served would depend on a key policy that names the distribution.
 */
export function createPrivateBucket(whole: Whole, args: PrivateBucketArgs): PrivateBucket {
  const { name, parent, tags } = whole;
  const { id, protect, region } = args;
  const place = region === undefined ? {} : { region };
  const prefix = `${name}-${id}`;
  const bucket = new Bucket(
    prefix,
    { bucket: args.bucket, forceDestroy: !protect, ...place, tags },
    { parent, protect },
  );
  const closed = new BucketPublicAccessBlock(
    `${prefix}-access-block`,
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
      ...place,
    },
    { parent },
  );
  new BucketOwnershipControls(
    `${prefix}-ownership`,
    { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" }, ...place },
    { parent },
  );
  new BucketServerSideEncryptionConfiguration(
    `${prefix}-encryption`,
    {
      bucket: bucket.id,
      rules: [encryptedBy(args.kmsKeyArn)],
      ...place,
    },
    { parent },
  );
  const versioning = new BucketVersioning(
    `${prefix}-versioning`,
    { bucket: bucket.id, versioningConfiguration: { status: "Enabled" }, ...place },
    { parent },
  );
  new BucketLifecycleConfiguration(
    `${prefix}-lifecycle`,
    { bucket: bucket.id, rules: args.rules, ...place },
    // Rules for old versions are refused while there are none.
    { parent, dependsOn: versioning },
  );
  return { id, bucket, closed, versioning, place };
}

/** With a bucket key, which asks KMS once for many files. */
function encryptedBy(kmsKeyArn: pulumi.Input<string> | undefined) {
  if (kmsKeyArn === undefined) {
    return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  }
  return {
    applyServerSideEncryptionByDefault: {
      sseAlgorithm: "aws:kms",
      kmsMasterKeyId: kmsKeyArn,
    },
    bucketKeyEnabled: true,
  };
}
