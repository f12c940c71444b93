import type * as pulumi from "@pulumi/pulumi";
import { Distribution } from "@pulumi/aws/cloudfront/distribution.js";
import { MonitoringSubscription } from "@pulumi/aws/cloudfront/monitoringSubscription.js";
import type { AssetsCdnArgs } from "./args.ts";
import { createCachePolicy } from "./cachePolicy.ts";
import { cdnDefaults } from "./defaults.ts";
import { createAccessControl, edgeSettings } from "../shared/distribution.ts";
import type { PrivateBucket } from "../shared/privateBucket.ts";
import type { UploadsRedirect } from "./redirect.ts";
import { createResponseHeaders } from "./responseHeaders.ts";
import { cdnNameOf } from "./whole.ts";
import type { CdnWhole } from "./whole.ts";

/** What the distribution is built on. */
export interface DistributionParts {
  readonly assets: PrivateBucket;
  readonly certificateArn: pulumi.Input<string>;
  readonly redirect: UploadsRedirect | undefined;
}

const ORIGIN = "assets";
const OLD_PATHS = "/uploads/*";

/** Creates the distribution in front of the bucket, and waits until every edge has it: 5 to 20 minutes. */
export function createDistribution(
  whole: CdnWhole,
  args: AssetsCdnArgs,
  { assets, certificateArn, redirect }: DistributionParts,
): Distribution {
  const { name, parent, app, tags, protect } = whole;
  const behavior = cacheBehavior(whole, args);
  const distribution = new Distribution(
    `${name}-distribution`,
    {
      ...edgeSettings(certificateArn),
      comment: `Assets of ${app}`,
      aliases: [args.domain],
      priceClass: args.priceClass ?? cdnDefaults.priceClass,
      origins: [
        {
          originId: ORIGIN,
          domainName: assets.bucket.bucketRegionalDomainName,
          originAccessControlId: createAccessControl(whole, {
            name: cdnNameOf(whole),
            description: `Assets of ${app}`,
          }).id,
        },
      ],
      defaultCacheBehavior: behavior,
      ...(redirect && {
        orderedCacheBehaviors: [
          {
            ...behavior,
            pathPattern: OLD_PATHS,
            functionAssociations: [
              { eventType: "viewer-request", functionArn: redirect.redirect.arn },
            ],
          },
        ],
      }),
      tags,
    },
    { parent, protect },
  );
  // Hit rate, and errors by code: CloudWatch has them only where they are asked for.
  new MonitoringSubscription(
    `${name}-monitoring`,
    {
      distributionId: distribution.id,
      monitoringSubscription: {
        realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: "Enabled" },
      },
    },
    { parent },
  );
  return distribution;
}

function cacheBehavior(whole: CdnWhole, { cors }: AssetsCdnArgs) {
  return {
    targetOriginId: ORIGIN,
    viewerProtocolPolicy: "redirect-to-https",
    allowedMethods: ["GET", "HEAD", "OPTIONS"],
    cachedMethods: ["GET", "HEAD"],
    compress: true,
    cachePolicyId: createCachePolicy(whole).id,
    responseHeadersPolicyId: createResponseHeaders(whole, cors).id,
  };
}
