import * as pulumi from "@pulumi/pulumi";
import type { Distribution } from "@pulumi/aws/cloudfront/distribution.js";
import { LogDelivery } from "@pulumi/aws/cloudwatch/logDelivery.js";
import { LogDeliveryDestination } from "@pulumi/aws/cloudwatch/logDeliveryDestination.js";
import { LogDeliverySource } from "@pulumi/aws/cloudwatch/logDeliverySource.js";
import { BucketLogging } from "@pulumi/aws/s3/bucketLogging.js";
import type { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { setBucketPolicy } from "./bucketPolicy.ts";
import type { Statement } from "./bucketPolicy.ts";
import { EDGE_REGION } from "./names.ts";
import type { PrivateBucket } from "./privateBucket.ts";
import type { Whole } from "./whole.ts";

/** What writes into a log bucket. */
export interface Logged {
  /** Name of the distribution's log source in the cloud. */
  readonly cloudName: string;
  readonly distribution: Distribution;
  readonly buckets: readonly PrivateBucket[];
  /** Where all of them log. */
  readonly logs: PrivateBucket;
}

/** Logs who asked for what: of the CDN, and of the buckets themselves. */
export function logAccess(whole: Whole, logged: Logged): void {
  const admitted = admitWriters(whole, logged);
  const { name, parent } = whole;
  for (const { id, bucket } of logged.buckets) {
    new BucketLogging(
      `${name}-${id}-logging`,
      { bucket: bucket.id, targetBucket: logged.logs.bucket.id, targetPrefix: `s3/${id}/` },
      { parent, dependsOn: admitted },
    );
  }
  deliver(whole, logged, admitted);
}

/** The log bucket's policy, without which nothing is delivered there. */
function admitWriters(
  whole: Whole,
  { cloudName, distribution, buckets, logs }: Logged,
): BucketPolicy {
  return setBucketPolicy(whole, logs, (bucketArn) =>
    pulumi
      .all([distribution.arn, ...buckets.map(({ bucket }) => bucket.arn)])
      .apply(([by, ...arns]) => logWriters(bucketArn, cloudName, by!, arns)),
  );
}

function logWriters(
  bucketArn: string,
  cloudName: string,
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
        ArnLike: {
          "aws:SourceArn": `arn:aws:logs:${EDGE_REGION}:${account}:delivery-source:${cloudName}`,
        },
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

/** By log delivery and not by the distribution's own `loggingConfig`, which writes by ACL only. */
function deliver(
  { name, parent, tags }: Whole,
  { cloudName, distribution, logs }: Logged,
  admitted: BucketPolicy,
): void {
  const source = new LogDeliverySource(
    `${name}-log-source`,
    {
      name: cloudName,
      logType: "ACCESS_LOGS",
      resourceArn: distribution.arn,
      region: EDGE_REGION,
      tags,
    },
    { parent },
  );
  const destination = new LogDeliveryDestination(
    `${name}-log-destination`,
    {
      name: cloudName,
      deliveryDestinationConfiguration: { destinationResourceArn: logs.bucket.arn },
      outputFormat: "w3c",
      region: EDGE_REGION,
      tags,
    },
    { parent },
  );
  new LogDelivery(
    `${name}-log-delivery`,
    {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.arn,
      region: EDGE_REGION,
      tags,
    },
    { parent, dependsOn: admitted },
  );
}
