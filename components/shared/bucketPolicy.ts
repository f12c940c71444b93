import * as pulumi from "@pulumi/pulumi";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import type { PrivateBucket } from "./privateBucket.ts";
import type { Whole } from "./whole.ts";

export type Statement = Readonly<Record<string, unknown>>;

/**
 * Says who beside the account's own roles may do what with a bucket; everyone over TLS only.
 *
 * @param statements what is allowed, given the bucket's ARN
 */
export function setBucketPolicy(
  { name, parent }: Whole,
  { id, bucket, closed, place }: PrivateBucket,
  statements: (bucketArn: string) => pulumi.Input<Statement[]> = () => [],
): BucketPolicy {
  const policy = bucket.arn.apply((arn) =>
    pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: pulumi.output(statements(arn)).apply((own) => [overTlsOnly(arn), ...own]),
    }),
  );
  return new BucketPolicy(
    `${name}-${id}-policy`,
    { bucket: bucket.id, policy, ...place },
    // S3 refuses two changes of one bucket at once.
    { parent, dependsOn: closed },
  );
}

/** Not `s3:ListBucket`: the distribution's root would then list every file. So a missing file is a 403. */
export function readByDistribution(bucketArn: string, distributionArn: string): Statement {
  return {
    Sid: "TheDistributionReads",
    Effect: "Allow",
    Principal: { Service: "cloudfront.amazonaws.com" },
    Action: "s3:GetObject",
    Resource: `${bucketArn}/*`,
    Condition: { StringEquals: { "aws:SourceArn": distributionArn } },
  };
}

function overTlsOnly(bucketArn: string): Statement {
  return {
    Sid: "OverTlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
