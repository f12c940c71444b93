import type { Distribution } from "@pulumi/aws/cloudfront/distribution.js";
import { logAccess } from "../shared/accessLogs.ts";
import { readByDistribution, setBucketPolicy } from "../shared/bucketPolicy.ts";
import type { CdnBuckets } from "./buckets.ts";
import { cdnNameOf } from "./whole.ts";
import type { CdnWhole } from "./whole.ts";

/** Says who beside the account's own roles may do what: the distribution reads, the log services write. */
export function allowServices(
  whole: CdnWhole,
  { assets, archive, logs }: CdnBuckets,
  distribution: Distribution,
): void {
  const { arn } = distribution;
  setBucketPolicy(whole, assets, (of) => arn.apply((by) => [readByDistribution(of, by)]));
  setBucketPolicy(whole, archive);
  const buckets = [assets, archive];
  logAccess(whole, { cloudName: cdnNameOf(whole), distribution, buckets, logs });
}
