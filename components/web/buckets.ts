import { BucketCorsConfiguration } from "@pulumi/aws/s3/bucketCorsConfiguration.js";
import type { Distribution } from "@pulumi/aws/cloudfront/distribution.js";
import { readByDistribution, setBucketPolicy } from "../shared/bucketPolicy.ts";
import { expiryAfter, keptFor, servedRules } from "../shared/lifecycle.ts";
import { logAccess } from "../shared/accessLogs.ts";
import { createPrivateBucket } from "../shared/privateBucket.ts";
import type { PrivateBucket } from "../shared/privateBucket.ts";
import type { CheckedArgs } from "./check.ts";
import { webBucketNames } from "../bucketNames.ts";
import { webNameOf } from "./whole.ts";
import type { WebWhole } from "./whole.ts";

const PREFLIGHT_SECONDS = 3600;

export interface WebBuckets {
  /** The pages, which the CDN serves. */
  readonly frontend: PrivateBucket;
  /** What users upload; they get at it by addresses that the application signs. */
  readonly attachments: PrivateBucket;
  /** The application as it was built, `<version>.tgz`. */
  readonly releases: PrivateBucket;
  /** Copies of the SQLite file, by day. */
  readonly backups: PrivateBucket;
  /** Who asked for what: of the CDN, and of the other buckets. */
  readonly logs: PrivateBucket;
}

export function createBuckets(whole: WebWhole, args: CheckedArgs): WebBuckets {
  const { protect } = whole;
  const names = webBucketNames(args);
  const { oldVersionDays, coldAfterDays, deleteAfterDays } = args;
  return {
    frontend: createPrivateBucket(whole, {
      id: "frontend",
      bucket: names.frontend,
      rules: servedRules({ oldVersionDays }),
      protect: false,
    }),
    attachments: createPrivateBucket(whole, {
      id: "attachments",
      bucket: names.attachments,
      rules: [
        ...servedRules({ oldVersionDays, coldAfterDays }),
        ...(deleteAfterDays === undefined ? [] : [expiryAfter(deleteAfterDays)]),
      ],
      protect,
    }),
    releases: createPrivateBucket(whole, {
      id: "releases",
      bucket: names.releases,
      rules: servedRules({ oldVersionDays }),
      protect: false,
    }),
    backups: createPrivateBucket(whole, {
      id: "backups",
      bucket: names.backups,
      rules: keptFor(args.backupDays),
      protect,
    }),
    logs: createPrivateBucket(whole, {
      id: "logs",
      bucket: names.logs,
      rules: keptFor(args.logDays),
      protect: false,
    }),
  };
}

/** Lets the distribution read the pages, the pages use signed addresses of attachments, and the log services write. */
export function admit(
  whole: WebWhole,
  { frontend, attachments, releases, backups, logs }: WebBuckets,
  { distribution, url }: { readonly distribution: Distribution; readonly url: string },
): void {
  setBucketPolicy(whole, frontend, (of) =>
    distribution.arn.apply((by) => [readByDistribution(of, by)]),
  );
  for (const bucket of [attachments, releases, backups]) setBucketPolicy(whole, bucket);
  const logged = [frontend, attachments, releases, backups];
  logAccess(whole, { cloudName: webNameOf(whole), distribution, buckets: logged, logs });
  new BucketCorsConfiguration(
    `${whole.name}-attachments-cors`,
    {
      bucket: attachments.bucket.id,
      corsRules: [
        {
          allowedOrigins: [url],
          allowedMethods: ["GET", "HEAD", "PUT", "POST"],
          allowedHeaders: ["*"],
          exposeHeaders: ["ETag"],
          maxAgeSeconds: PREFLIGHT_SECONDS,
        },
      ],
    },
    { parent: whole.parent },
  );
}
