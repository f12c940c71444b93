import type { HetznerArgs } from "../args.ts";

export type BucketUse = "uploads" | "assets" | "backups";

/** Names of a cluster's buckets. */
export function bucketNames({
  buckets: { prefix },
}: Pick<HetznerArgs, "buckets">): Record<BucketUse, string> {
  return {
    uploads: `${prefix}-uploads`,
    assets: `${prefix}-assets`,
    backups: `${prefix}-backups`,
  };
}

/** Host of the S3 interface; each jurisdiction has its own. */
export function storageHost({
  buckets: { jurisdiction },
  cloudflare: { accountId },
}: Pick<HetznerArgs, "buckets" | "cloudflare">): string {
  const part = jurisdiction === "default" ? "" : `.${jurisdiction}`;
  return `${accountId}${part}.r2.cloudflarestorage.com`;
}
