import { readFileSync } from "node:fs";
import type * as pulumi from "@pulumi/pulumi";
import { Distribution } from "@pulumi/aws/cloudfront/distribution.js";
import { Function as EdgeFunction } from "@pulumi/aws/cloudfront/function.js";
import { createAccessControl, edgeSettings } from "../shared/distribution.ts";
import type { PrivateBucket } from "../shared/privateBucket.ts";
import type { CheckedArgs } from "./check.ts";
import { apiDomainOf } from "./names.ts";
import { webNameOf } from "./whole.ts";
import type { WebWhole } from "./whole.ts";

/** Runs at the edges; see there. */
const SINGLE_PAGE = readFileSync(new URL("singlePage.js", import.meta.url), "utf8");

/** Policies that CloudFront itself keeps, the same in every account. */
const MANAGED = {
  /** A file is kept for a day, or for as long as its own `Cache-Control` says. */
  cachingOptimized: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  cachingDisabled: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  /** Everything of the request but its `Host`, which is the CDN's. */
  allViewerExceptHostHeader: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
  securityHeaders: "67f7725c-6f97-4210-82d7-5512b31e9d03",
} as const;

const PAGES = "pages";
const API = "api";
const API_PATHS = "/api/*";
const API_SECONDS = 60;
const ALL_METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"];

export interface DistributionParts {
  readonly frontend: PrivateBucket;
  readonly certificateArn: pulumi.Input<string>;
}

/** Creates the distribution in front of pages and API, and waits until every edge has it: 5 to 20 minutes. */
export function createDistribution(
  whole: WebWhole,
  args: CheckedArgs,
  { frontend, certificateArn }: DistributionParts,
): Distribution {
  const { name, parent, app, tags, protect } = whole;
  return new Distribution(
    `${name}-distribution`,
    {
      ...edgeSettings(certificateArn),
      comment: `Pages and API of ${app}`,
      aliases: [args.domain],
      defaultRootObject: "index.html",
      priceClass: args.priceClass,
      origins: [
        {
          originId: PAGES,
          domainName: frontend.bucket.bucketRegionalDomainName,
          originAccessControlId: createAccessControl(whole, {
            name: webNameOf(whole),
            description: `Pages of ${app}`,
          }).id,
        },
        apiOrigin(apiDomainOf(args)),
      ],
      defaultCacheBehavior: pages(createSinglePage(whole).arn),
      // No custom error responses: they would be for the API's errors, too.
      orderedCacheBehaviors: [api(API_PATHS), api(args.healthPath)],
      tags,
    },
    { parent, protect },
  );
}

function pages(singlePageArn: pulumi.Input<string>) {
  return {
    targetOriginId: PAGES,
    viewerProtocolPolicy: "redirect-to-https",
    allowedMethods: ["GET", "HEAD", "OPTIONS"],
    cachedMethods: ["GET", "HEAD"],
    compress: true,
    cachePolicyId: MANAGED.cachingOptimized,
    responseHeadersPolicyId: MANAGED.securityHeaders,
    functionAssociations: [{ eventType: "viewer-request", functionArn: singlePageArn }],
  };
}

function api(pathPattern: string) {
  return {
    pathPattern,
    targetOriginId: API,
    // A redirect would lose what is posted.
    viewerProtocolPolicy: "https-only",
    allowedMethods: ALL_METHODS,
    cachedMethods: ["GET", "HEAD"],
    compress: true,
    cachePolicyId: MANAGED.cachingDisabled,
    originRequestPolicyId: MANAGED.allViewerExceptHostHeader,
  };
}

function apiOrigin(domainName: string) {
  return {
    originId: API,
    domainName,
    customOriginConfig: {
      httpPort: 80,
      httpsPort: 443,
      originProtocolPolicy: "https-only",
      originSslProtocols: ["TLSv1.2"],
      originReadTimeout: API_SECONDS,
    },
  };
}

function createSinglePage(whole: WebWhole): EdgeFunction {
  const { name, parent, app, tags } = whole;
  return new EdgeFunction(
    `${name}-single-page`,
    {
      name: `${webNameOf(whole)}-single-page`,
      comment: `Gives the single page of ${app} for each of its addresses`,
      runtime: "cloudfront-js-2.0",
      code: SINGLE_PAGE,
      publish: true,
      tags,
    },
    { parent },
  );
}
