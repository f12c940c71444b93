import * as pulumi from "@pulumi/pulumi";
import type { Distribution } from "@pulumi/aws/cloudfront/distribution.js";
import { BucketLogging } from "@pulumi/aws/s3/bucketLogging.js";
import type { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { readByDistribution, setBucketPolicy } from "../shared/bucketPolicy.ts";
import type { Statement } from "../shared/bucketPolicy.ts";
import type { PrivateBucket } from "../shared/privateBucket.ts";
import type { CdnBuckets } from "./buckets.ts";
import { logSourceArn } from "./logSource.ts";
import { cdnNameOf } from "./whole.ts";
import type { CdnWhole } from "./whole.ts";

/**
 * Says who beside the account's own roles may do what: the distribution reads, the log services write.
 *
 * @returns the log bucket's policy, without which nothing is delivered there
 */
export function allowServices(
  whole: CdnWhole,
  { assets, archive, logs }: CdnBuckets,
  distribution: Distribution,
): BucketPolicy {
  const { arn } = distribution;
  setBucketPolicy(whole, assets, (of) => arn.apply((by) => [readByDistribution(of, by)]));
  setBucketPolicy(whole, archive);
  const policy = setBucketPolicy(whole, logs, (bucketArn) =>
    pulumi
      .all([arn, assets.bucket.arn, archive.bucket.arn])
      .apply(([by, ...logged]) => logWriters(bucketArn, cdnNameOf(whole), by, logged)),
  );
  for (const logged of [assets, archive]) logAccess(whole, logged, logs, policy);
  return policy;
}

function logWriters(
  bucketArn: string,
  cdnName: string,
  distributionArn: string,
  logged: readonly string[],
): Statement[] {
  const account = distributionArn.split(":")[4]!;
  return [
    {
      // As the delivery service itself would write it: what differs, it would add beside.
      Sid: "AWSLogsDeliveryWrite",
      Effect: "Allow",
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucketArn}/AWSLogs/${account}/*`,
      Condition: {
        StringEquals: {
          "s3:x-amz-acl": "bucket-owner-full-control",
          "aws:SourceAccount": account,
        },
        ArnLike: { "aws:SourceArn": logSourceArn(cdnName, account) },
      },
    },
    {
      Sid: "BucketsLogAccess",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucketArn}/s3/*`,
      Condition: {
        ArnLike: { "aws:SourceArn": logged },
        StringEquals: { "aws:SourceAccount": account },
      },
    },
  ];
}

function logAccess(
  { name, parent }: CdnWhole,
  { id, bucket }: PrivateBucket,
  logs: PrivateBucket,
  policy: BucketPolicy,
): void {
  new BucketLogging(
    `${name}-${id}-logging`,
    { bucket: bucket.id, targetBucket: logs.bucket.id, targetPrefix: `s3/${id}/` },
    { parent, dependsOn: policy },
  );
}
