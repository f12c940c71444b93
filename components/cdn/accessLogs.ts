import type { Distribution } from "@pulumi/aws/cloudfront/distribution.js";
import { LogDelivery } from "@pulumi/aws/cloudwatch/logDelivery.js";
import { LogDeliveryDestination } from "@pulumi/aws/cloudwatch/logDeliveryDestination.js";
import { LogDeliverySource } from "@pulumi/aws/cloudwatch/logDeliverySource.js";
import type { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import type { CdnBuckets } from "./buckets.ts";
import { EDGE_REGION } from "../shared/names.ts";
import { cdnNameOf } from "./whole.ts";
import type { CdnWhole } from "./whole.ts";

/**
 * Delivers the distribution's access logs to the log bucket. By log delivery and not by the distribution's own
 * `loggingConfig`, which writes by ACL only.
 */
export function deliverAccessLogs(
  whole: CdnWhole,
  distribution: Distribution,
  { logs }: CdnBuckets,
  admitted: BucketPolicy,
): void {
  const { name, parent, tags } = whole;
  const source = new LogDeliverySource(
    `${name}-log-source`,
    {
      name: cdnNameOf(whole),
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
      name: cdnNameOf(whole),
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
