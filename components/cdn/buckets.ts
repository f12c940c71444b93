import type { AssetsCdnArgs } from "./args.ts";
import { cdnBucketNames } from "../bucketNames.ts";
import { cdnDefaults } from "./defaults.ts";
import { keptFor, servedRules } from "../shared/lifecycle.ts";
import { createPrivateBucket } from "../shared/privateBucket.ts";
import type { PrivateBucket } from "../shared/privateBucket.ts";
import type { CdnWhole } from "./whole.ts";

export interface CdnBuckets {
  /** What the CDN serves. */
  readonly assets: PrivateBucket;
  /** The old files as the migration packed them up. */
  readonly archive: PrivateBucket;
  /** Who asked for what, of the CDN and of both buckets. */
  readonly logs: PrivateBucket;
}

export function createBuckets(whole: CdnWhole, args: AssetsCdnArgs): CdnBuckets {
  const { protect } = whole;
  const names = cdnBucketNames(args);
  const { coldAfterDays } = args;
  const oldVersionDays = args.oldVersionDays ?? cdnDefaults.oldVersionDays;
  return {
    assets: createPrivateBucket(whole, {
      id: "assets",
      bucket: names.assets,
      rules: [...servedRules({ oldVersionDays, coldAfterDays }), ...thumbnails(args.thumbnailDays)],
      protect,
    }),
    archive: createPrivateBucket(whole, {
      id: "archive",
      bucket: names.archive,
      rules: keptFor(args.archiveDays ?? cdnDefaults.archiveDays),
      protect,
    }),
    logs: createPrivateBucket(whole, {
      id: "logs",
      bucket: names.logs,
      rules: keptFor(args.logDays ?? cdnDefaults.logDays),
      protect: false,
    }),
  };
}

/** Thumbnails can be made again. */
function thumbnails(days: number | undefined) {
  if (days === undefined) return [];
  const filter = { tag: { key: "kind", value: "thumbnail" } };
  return [{ id: "thumbnails", status: "Enabled", filter, expiration: { days } }];
}
