import * as pulumi from "@pulumi/pulumi";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { BucketLogging } from "@pulumi/aws/s3/bucketLogging.js";
import type { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { setBucketPolicy } from "../../shared/bucketPolicy.ts";
import { createPrivateBucket } from "../../shared/privateBucket.ts";
import type { PrivateBucket, PrivateBucketArgs } from "../../shared/privateBucket.ts";
import { hipaaDefaults } from "../defaults.ts";
import { describeWhole } from "../describe.ts";
import { hipaaBucketNames } from "../../bucketNames.ts";
import { checkStackName } from "../names.ts";
import type { HipaaOwnership, HipaaWhole } from "../whole.ts";
import { replicateFiles } from "./fileReplication.ts";
import { backupRules, logRules, releaseRules, uploadRules } from "./lifecycle.ts";
import { logWriters } from "./logWriters.ts";

/** Arguments of `HipaaBuckets`. */
export interface HipaaBucketsArgs extends HipaaOwnership {
  /** Key of uploads, backups and deployments. */
  readonly dataKeyArn: pulumi.Input<string>;

  /**
   * Whether uploads and backups are copied into the other Canadian region.
   *
   * @default true
   */
  readonly replicateFiles?: boolean;

  /**
   * Days for which logs are kept.
   *
   * @default 90
   */
  readonly logDays?: number;
}

/**
 * Where files are: what users upload, backups, packages to be deployed, and who asked for what.
 *
 * Creates: four private, versioned, encrypted buckets that take TLS only. The log bucket is encrypted by S3's own keys,
 * since load balancers write under no other. In the other Canadian region two more with copies of uploads and backups, with
 * their key and the role that copies.
 *
 * Touches on the source: nothing.
 *
 * Irreversible: destroying a bucket deletes its files, outside production also those that are still there.
 *
 * Undo: destroy, once the files are elsewhere.
 *
 * Cost: 0.025 $ a GB and month, backups less as they grow cold; see cost.ts.
 *
 * @example
 * new HipaaBuckets("buckets", {
 *   app: "acme", environment: "prod", dataClass: "phi", region: "ca-central-1", dataKeyArn: keys.data.arn,
 * });
 */
export class HipaaBuckets extends pulumi.ComponentResource {
  public readonly uploads: PrivateBucket;
  public readonly backups: PrivateBucket;
  public readonly deployments: PrivateBucket;
  public readonly logs: PrivateBucket;
  /** Those with health data, the copies in the other region among them. */
  public readonly healthData: readonly PrivateBucket[];
  /** Without it no service can write a log. */
  public readonly logPolicy: BucketPolicy;

  constructor(name: string, args: HipaaBucketsArgs, opts?: pulumi.ComponentResourceOptions) {
    checkStackName(args.environment);
    super("godwit:hipaa:Buckets", name, {}, opts);
    const whole = describeWhole(name, this, args);
    const account = getCallerIdentityOutput({}, { parent: this }).accountId;
    const names = account.apply((id) => hipaaBucketNames(args.app, args.environment, id));
    const create = (id: BucketId, rules: Rules) =>
      createPrivateBucket(whole, {
        id,
        bucket: names[id],
        rules,
        protect: whole.protect && id !== "logs",
        ...(id !== "logs" && { kmsKeyArn: args.dataKeyArn }),
      });
    this.uploads = create("uploads", uploadRules);
    this.backups = create("backups", backupRules);
    this.deployments = create("deployments", releaseRules);
    this.logs = create("logs", logRules(args.logDays ?? hipaaDefaults.logDays));
    this.logPolicy = allow(whole, account, this.logs, [
      this.uploads,
      this.backups,
      this.deployments,
    ]);
    const replicated = [
      { source: this.uploads, copyName: names.uploadsCopy },
      { source: this.backups, copyName: names.backupsCopy },
    ];
    const copies =
      args.replicateFiles === false ? [] : replicateFiles(whole, replicated, args.dataKeyArn);
    this.healthData = [this.uploads, this.backups, ...copies];
    this.registerOutputs({
      uploads: this.uploads.bucket.bucket,
      backups: this.backups.bucket.bucket,
      deployments: this.deployments.bucket.bucket,
      logs: this.logs.bucket.bucket,
    });
  }
}

type BucketId = "uploads" | "backups" | "deployments" | "logs";
type Rules = PrivateBucketArgs["rules"];

/** TLS for all; into the log bucket the services write, the others' access among it. */
function allow(
  whole: HipaaWhole,
  account: pulumi.Output<string>,
  logs: PrivateBucket,
  logged: readonly PrivateBucket[],
): BucketPolicy {
  const { name, parent, app, region } = whole;
  for (const bucket of logged) setBucketPolicy(whole, bucket);
  const arns = pulumi.all(logged.map(({ bucket }) => bucket.arn));
  const policy = setBucketPolicy(whole, logs, (bucketArn) =>
    pulumi
      .all([account, arns])
      .apply(([id, loggedArns]) => logWriters({ bucketArn, account: id, region, app, loggedArns })),
  );
  for (const { id, bucket } of logged) {
    new BucketLogging(
      `${name}-${id}-logging`,
      { bucket: bucket.id, targetBucket: logs.bucket.id, targetPrefix: `s3/${id}/` },
      { parent, dependsOn: policy },
    );
  }
  return policy;
}
