import { CachePolicy } from "@pulumi/aws/cloudfront/cachePolicy.js";
import { cdnNameOf } from "./whole.ts";
import type { CdnWhole } from "./whole.ts";

const YEAR_SECONDS = 31_536_000;

/** A file is kept for a year, or for as long as its own `Cache-Control` says; nothing of the request makes it another file. */
export function createCachePolicy(whole: CdnWhole): CachePolicy {
  return new CachePolicy(
    `${whole.name}-cache-policy`,
    {
      name: cdnNameOf(whole),
      comment: `Assets of ${whole.app}: a year, or as each file says`,
      // Below the minimum a file could not ask for less, such as `no-cache`.
      minTtl: 0,
      defaultTtl: YEAR_SECONDS,
      maxTtl: YEAR_SECONDS,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "none" },
        queryStringsConfig: { queryStringBehavior: "none" },
        enableAcceptEncodingBrotli: true,
        enableAcceptEncodingGzip: true,
      },
    },
    { parent: whole.parent },
  );
}
