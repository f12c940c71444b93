import { ResponseHeadersPolicy } from "@pulumi/aws/cloudfront/responseHeadersPolicy.js";
import type { AssetsCdnArgs } from "./args.ts";
import { cdnNameOf } from "./whole.ts";
import type { CdnWhole } from "./whole.ts";

const TWO_YEARS_SECONDS = 63_072_000;
const CORS_SECONDS = 3600;

/** Users upload these files: opened on their own, none may run a script. */
const INERT = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'";

/**
 * What every answer carries. No `Cache-Control`: it would be on errors, too, and browsers would keep a missing picture
 * for a year.
 */
export function createResponseHeaders(
  whole: CdnWhole,
  cors: AssetsCdnArgs["cors"],
): ResponseHeadersPolicy {
  return new ResponseHeadersPolicy(
    `${whole.name}-response-headers`,
    {
      name: cdnNameOf(whole),
      comment: `Assets of ${whole.app}`,
      securityHeadersConfig: {
        contentSecurityPolicy: { contentSecurityPolicy: INERT, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: "DENY", override: true },
        referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: true },
        strictTransportSecurity: {
          accessControlMaxAgeSec: TWO_YEARS_SECONDS,
          includeSubdomains: true,
          override: true,
        },
      },
      ...(cors && { corsConfig: readableFrom(cors.origins) }),
    },
    { parent: whole.parent },
  );
}

function readableFrom(origins: readonly string[]) {
  return {
    accessControlAllowOrigins: { items: [...origins] },
    accessControlAllowMethods: { items: ["GET", "HEAD"] },
    accessControlAllowHeaders: { items: ["*"] },
    accessControlAllowCredentials: false,
    accessControlMaxAgeSec: CORS_SECONDS,
    originOverride: true,
  };
}
