import { R2Bucket } from "@pulumi/cloudflare/r2bucket.js";
import { R2BucketCors } from "@pulumi/cloudflare/r2bucketCors.js";
import { R2BucketLifecycle } from "@pulumi/cloudflare/r2bucketLifecycle.js";
import { R2CustomDomain } from "@pulumi/cloudflare/r2customDomain.js";
import { R2ManagedDomain } from "@pulumi/cloudflare/r2managedDomain.js";
import type { HetznerArgs } from "../args.ts";
import type { ClusterWhole } from "../whole.ts";
import { bucketNames } from "./names.ts";
import type { BucketUse } from "./names.ts";

const DAY_SECONDS = 86_400;
const UNFINISHED_DAYS = 7;
const CORS_SECONDS = 3600;

export type Buckets = Readonly<Record<BucketUse, R2Bucket>>;

/** Creates the three buckets; only the assets are the world's to read, under a name of the application's own. */
export function createBuckets(whole: ClusterWhole, args: HetznerArgs): Buckets {
  const buckets = {
    uploads: createBucket(whole, args, "uploads"),
    assets: createBucket(whole, args, "assets"),
    backups: createBucket(whole, args, "backups"),
  };
  allowPages(whole, args, "uploads", buckets.uploads);
  allowPages(whole, args, "assets", buckets.assets);
  serveAssets(whole, args, buckets.assets);
  return buckets;
}

function createBucket(whole: ClusterWhole, args: HetznerArgs, use: BucketUse): R2Bucket {
  const { name, parent, protect } = whole;
  const { accountId } = args.cloudflare;
  const { jurisdiction } = args.buckets;
  const bucket = new R2Bucket(
    `${name}-${use}`,
    { accountId, name: bucketNames(args)[use], jurisdiction, storageClass: "Standard" },
    // Its name is in every address of its files.
    { parent, protect, ignoreChanges: ["location"] },
  );
  const of = { accountId, bucketName: bucket.name, jurisdiction };
  new R2ManagedDomain(`${name}-${use}-public`, { ...of, enabled: false }, { parent });
  new R2BucketLifecycle(
    `${name}-${use}-lifecycle`,
    {
      ...of,
      rules: [
        {
          id: "abort-unfinished-uploads",
          enabled: true,
          conditions: { prefix: "" },
          abortMultipartUploadsTransition: {
            condition: { type: "Age", maxAge: UNFINISHED_DAYS * DAY_SECONDS },
          },
        },
      ],
    },
    { parent },
  );
  return bucket;
}

/** Lets scripts of certain pages upload by presigned PUT, and read. */
function allowPages(
  { name, parent }: ClusterWhole,
  { buckets: { corsOrigins, jurisdiction }, cloudflare: { accountId } }: HetznerArgs,
  use: BucketUse,
  bucket: R2Bucket,
): void {
  if (corsOrigins.length === 0) return;
  new R2BucketCors(
    `${name}-${use}-cors`,
    {
      accountId,
      bucketName: bucket.name,
      jurisdiction,
      rules: [
        {
          id: "pages",
          allowed: {
            origins: [...corsOrigins],
            methods: ["GET", "HEAD", "PUT"],
            headers: ["content-type", "x-amz-checksum-sha256"],
          },
          exposeHeaders: ["ETag"],
          maxAgeSeconds: CORS_SECONDS,
        },
      ],
    },
    { parent },
  );
}

/** Cloudflare makes the record and the certificate of this name itself. */
function serveAssets(
  { name, parent, protect }: ClusterWhole,
  { buckets: { assetsDomain, jurisdiction }, cloudflare: { accountId, zone } }: HetznerArgs,
  bucket: R2Bucket,
): void {
  new R2CustomDomain(
    `${name}-assets-domain`,
    {
      accountId,
      bucketName: bucket.name,
      jurisdiction,
      domain: assetsDomain,
      zoneId: zone.id,
      enabled: true,
      minTls: "1.2",
    },
    { parent, protect },
  );
}
