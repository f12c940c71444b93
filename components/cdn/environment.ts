import type { AssetsCdnArgs } from "./args.ts";
import { cdnBucketNames } from "../bucketNames.ts";

/** Address of the CDN, without a slash at the end. */
export function urlOf({ domain }: Pick<AssetsCdnArgs, "domain">): string {
  return `https://${domain}`;
}

/** What the uploading application is configured by. No keys: it signs with its role. */
export function applicationEnvironment(
  args: Pick<AssetsCdnArgs, "domain" | "bucket" | "region">,
): Record<string, string> {
  return {
    CDN_URL: urlOf(args),
    S3_PUBLIC_REGION: args.region,
    S3_PUBLIC_BUCKET: cdnBucketNames(args).assets,
  };
}

/** What the application's own pages must say in `Content-Security-Policy` for browsers to show pictures of the CDN. */
export function pagesPolicy(args: Pick<AssetsCdnArgs, "domain">): string {
  return `img-src 'self' data: ${urlOf(args)}`;
}
