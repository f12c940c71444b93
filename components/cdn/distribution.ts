import type * as pulumi from "@pulumi/pulumi";
import { Distribution } from "@pulumi/aws/cloudfront/distribution.js";
import { MonitoringSubscription } from "@pulumi/aws/cloudfront/monitoringSubscription.js";
import { OriginAccessControl } from "@pulumi/aws/cloudfront/originAccessControl.js";
import type { AssetsCdnArgs } from "./args.ts";
import { createCachePolicy } from "./cachePolicy.ts";
import { cdnDefaults } from "./defaults.ts";
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
      comment: `Assets of ${app}`,
      enabled: true,
      aliases: [args.domain],
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      priceClass: args.priceClass ?? cdnDefaults.priceClass,
      origins: [
        {
          originId: ORIGIN,
          domainName: assets.bucket.bucketRegionalDomainName,
          originAccessControlId: createAccessControl(whole).id,
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
      viewerCertificate: {
        acmCertificateArn: certificateArn,
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021",
      },
      restrictions: { geoRestriction: { restrictionType: "none" } },
      waitForDeployment: true,
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

/** The distribution signs what it asks the bucket for; nobody else can. */
function createAccessControl(whole: CdnWhole): OriginAccessControl {
  return new OriginAccessControl(
    `${whole.name}-access-control`,
    {
      name: cdnNameOf(whole),
      description: `Assets of ${whole.app}`,
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    },
    { parent: whole.parent },
  );
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
