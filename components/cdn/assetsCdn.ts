import * as pulumi from "@pulumi/pulumi";
import type { Distribution } from "@pulumi/aws/cloudfront/distribution.js";
import { cloudWatchAlarms } from "../alarms.ts";
import { ownershipTags } from "../tags.ts";
import { edgeAlarms } from "./alarms.ts";
import type { AssetsCdnArgs } from "./args.ts";
import { allowServices } from "./bucketPolicies.ts";
import { createBuckets } from "./buckets.ts";
import type { CdnBuckets } from "./buckets.ts";
import { resolveCertificate } from "../shared/edgeCertificate.ts";
import { checkArgs } from "./check.ts";
import { cloudWatchDashboard } from "../shared/dashboard.ts";
import { createDistribution } from "./distribution.ts";
import { applicationEnvironment, pagesPolicy, urlOf } from "./environment.ts";
import { edgeMetric, storedBytes, uploadFigures } from "./metrics.ts";
import { EDGE_REGION } from "../shared/names.ts";
import { cdnPanels } from "./panels.ts";
import { pointRecords } from "../shared/edgeRecords.ts";
import { createRedirect } from "./redirect.ts";
import { cdnAlarmDefaults } from "./thresholds.ts";
import { uploadAlarms } from "../shared/watching/uploads.ts";
import { resolveTopics, topicArnsOf } from "../shared/topics.ts";
import type { Topics } from "../shared/topics.ts";
import { cdnNameOf } from "./whole.ts";
import type { CdnWhole } from "./whole.ts";
import { allowWriter } from "./writer.ts";
import { verifyZone } from "../shared/zone.ts";

/**
 * Public files of an application, in a private bucket behind a CDN, under a name of the application's own.
 *
 * Creates: three private buckets (assets, archive, logs), a CloudFront distribution that alone reads the assets, its
 * certificate where asked for, A and AAAA records, a policy for the role that uploads, a dashboard, five alarms.
 *
 * Touches on the source: nothing. An existing role gets one policy attached, which goes with the CDN.
 *
 * Irreversible: destroying a bucket deletes its files, outside production also those that are still there.
 *
 * Undo: destroy, once the application's addresses lead back to its own files.
 *
 * Cost: for 100 practices with ten pictures each about 0.45 $ a month, and what watches it 7.30 $; see cost.ts.
 *
 * @example
 * new AssetsCdn("cdn", {
 *   app: "acme", environment: "prod", dataClass: "public", region: "us-east-1",
 *   domain: "cdn.acme.example", zone: { id: "Z0123456789ABCDEFGHIJ", name: "acme.example" },
 *   bucket: "acme-public-assets", certificate: { create: true },
 *   writer: { role: { existing: "arn:aws:iam::123456789012:role/acme-tasks" } },
 *   alarms: { email: "ops@acme.example" },
 * });
 */
export class AssetsCdn extends pulumi.ComponentResource {
  public readonly bucket: pulumi.Output<string>;
  public readonly archiveBucket: pulumi.Output<string>;
  public readonly logBucket: pulumi.Output<string>;
  public readonly distributionId: pulumi.Output<string>;
  /** CloudFront's own name for it, which the records lead to. */
  public readonly distributionDomain: pulumi.Output<string>;
  public readonly certificateArn: pulumi.Output<string>;
  /** The role that may upload. */
  public readonly writerRoleArn: pulumi.Output<string>;
  /** The table from old paths to new ones; none unless `redirectUploads`. */
  public readonly oldPathsArn: pulumi.Output<string> | undefined;
  public readonly alarmTopicArns: pulumi.Output<string[]>;
  public readonly url: pulumi.Output<string>;
  /** What the uploading application is configured by: `CDN_URL`, `S3_PUBLIC_REGION`, `S3_PUBLIC_BUCKET`. */
  public readonly environment: pulumi.Output<Record<string, string>>;
  /** What the application's own pages have to allow. */
  public readonly contentSecurityPolicy: pulumi.Output<string>;

  constructor(name: string, args: AssetsCdnArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArgs(args);
    super("godwit:cdn:AssetsCdn", name, {}, opts);
    const whole = describeWhole(name, this, args);

    const zoneId = verifyZone(whole, args.zone);
    const buckets = createBuckets(whole, args);
    const certificateArn = resolveCertificate(whole, args, zoneId);
    const redirect = args.redirectUploads ? createRedirect(whole) : undefined;
    const parts = { assets: buckets.assets, certificateArn, redirect };
    const distribution = createDistribution(whole, args, parts);
    allowServices(whole, buckets, distribution);
    pointRecords(whole, args.domain, zoneId, distribution);
    const writerRoleArn = allowWriter(whole, args.writer, buckets.assets);
    const topics = resolveTopics(whole, args.alarms, { edge: "cdn", own: "uploads" });
    watch(whole, args, { buckets, distribution, topics });

    this.bucket = buckets.assets.bucket.bucket;
    this.archiveBucket = buckets.archive.bucket.bucket;
    this.logBucket = buckets.logs.bucket.bucket;
    this.distributionId = distribution.id;
    this.distributionDomain = distribution.domainName;
    this.certificateArn = certificateArn;
    this.writerRoleArn = writerRoleArn;
    this.oldPathsArn = redirect?.paths.arn;
    this.alarmTopicArns = topicArnsOf(topics);
    this.url = pulumi.output(urlOf(args));
    this.environment = pulumi.output(applicationEnvironment(args));
    this.contentSecurityPolicy = pulumi.output(pagesPolicy(args));
    this.registerOutputs({
      bucket: this.bucket,
      archiveBucket: this.archiveBucket,
      logBucket: this.logBucket,
      distributionId: this.distributionId,
      distributionDomain: this.distributionDomain,
      certificateArn: this.certificateArn,
      writerRoleArn: this.writerRoleArn,
      oldPathsArn: this.oldPathsArn,
      alarmTopicArns: this.alarmTopicArns,
      url: this.url,
      environment: this.environment,
      contentSecurityPolicy: this.contentSecurityPolicy,
    });
  }
}

function describeWhole(name: string, parent: pulumi.Resource, args: AssetsCdnArgs): CdnWhole {
  const { app, region, production = false } = args;
  return { name, parent, app, region, tags: ownershipTags(args), protect: production };
}

interface Watched {
  readonly buckets: CdnBuckets;
  readonly distribution: Distribution;
  readonly topics: Topics;
}

function watch(
  whole: CdnWhole,
  { thresholds }: AssetsCdnArgs,
  { buckets, distribution, topics }: Watched,
): void {
  const { name, parent, app, region, tags } = whole;
  const limits = { ...cdnAlarmDefaults, ...thresholds };
  const uploads = uploadFigures(app);
  const edge = edgeMetric(distribution.id);
  const watched = { watched: cdnNameOf(whole), tags, parent };
  cloudWatchAlarms(name, uploadAlarms(uploads, limits), { ...watched, topicArn: topics.own });
  cloudWatchAlarms(name, edgeAlarms(edge, limits), {
    ...watched,
    topicArn: topics.edge,
    region: EDGE_REGION,
  });
  const stored = storedBytes(buckets.assets.bucket.bucket);
  cloudWatchDashboard(name, cdnNameOf(whole), cdnPanels({ region, uploads, edge, stored }), parent);
}
