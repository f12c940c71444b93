import * as pulumi from "@pulumi/pulumi";
import { Trail } from "@pulumi/aws/cloudtrail/trail.js";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { Detector } from "@pulumi/aws/guardduty/detector.js";
import type { HipaaBuckets } from "../data/hipaaBuckets.ts";
import { TRAIL_PREFIX, trailNameOf } from "../data/logWriters.ts";
import { hipaaDefaults } from "../defaults.ts";
import { describeWhole } from "../describe.ts";
import type { DataKey } from "../keys/key.ts";
import { writerRole } from "../logs/writerRole.ts";
import type { HipaaOwnership, HipaaWhole } from "../whole.ts";
import { recordConfiguration } from "./configRecorder.ts";

/** Arguments of `HipaaAudit`. */
export interface HipaaAuditArgs extends HipaaOwnership {
  readonly logsKey: DataKey;
  readonly buckets: Pick<HipaaBuckets, "healthData" | "logs" | "logPolicy">;

  /**
   * Days for which the trail is kept.
   *
   * @default 90
   */
  readonly logDays?: number;

  /**
   * What an account has once in a region; only where it has none yet.
   *
   * @default neither
   */
  readonly account?: {
    /** AWS Config: how each resource was set, and when it changed. */
    readonly configRecorder?: boolean;
    /** GuardDuty: whether someone behaves as an intruder would. */
    readonly threatDetection?: boolean;
  };
}

/**
 * Who did what in the account, and who read or wrote which file with health data.
 *
 * Creates: a trail over all regions, sealed against changes, encrypted, in the log bucket and in a log group; AWS Config
 * and GuardDuty where asked for.
 *
 * Touches on the source: nothing.
 *
 * Irreversible: nothing. Undo: destroy; what was recorded stays in the bucket for its time.
 *
 * Cost: about 2 $ a month, by how much is read and written; see cost.ts.
 *
 * @example
 * new HipaaAudit("audit", {
 *   app: "acme", environment: "prod", dataClass: "phi", region: "ca-central-1", logsKey: keys.logs, buckets,
 * });
 */
export class HipaaAudit extends pulumi.ComponentResource {
  public readonly trailArn: pulumi.Output<string>;
  public readonly logGroup: pulumi.Output<string>;

  constructor(name: string, args: HipaaAuditArgs, opts?: pulumi.ComponentResourceOptions) {
    super("godwit:hipaa:Audit", name, {}, opts);
    const whole = describeWhole(name, this, args);
    const { account = {} } = args;
    const group = createLog(whole, args);
    const trail = createTrail(whole, args, group);
    if (account.configRecorder) recordConfiguration(whole, args.buckets);
    if (account.threatDetection) {
      new Detector(`${name}-detector`, { enable: true, tags: whole.tags }, { parent: this });
    }
    this.trailArn = trail.arn;
    this.logGroup = group.name;
    this.registerOutputs({ trailArn: this.trailArn, logGroup: this.logGroup });
  }
}

function createLog({ name, parent, app, tags }: HipaaWhole, args: HipaaAuditArgs): LogGroup {
  return new LogGroup(
    `${name}-log`,
    {
      name: `/godwit/${app}/audit`,
      kmsKeyId: args.logsKey.arn,
      retentionInDays: args.logDays ?? hipaaDefaults.logDays,
      tags,
    },
    { parent, dependsOn: args.logsKey.usable },
  );
}

function createTrail(whole: HipaaWhole, args: HipaaAuditArgs, group: LogGroup): Trail {
  const { name, parent, app, tags } = whole;
  const { logsKey, buckets } = args;
  const role = writerRole(whole, { id: "audit", service: "cloudtrail.amazonaws.com", group });
  const files = pulumi
    .all(buckets.healthData.map(({ bucket }) => bucket.arn))
    .apply((arns) => arns.map((arn) => `${arn}/`));
  return new Trail(
    `${name}-trail`,
    {
      name: trailNameOf(app),
      s3BucketName: buckets.logs.bucket.bucket,
      s3KeyPrefix: TRAIL_PREFIX,
      kmsKeyId: logsKey.arn,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      cloudWatchLogsGroupArn: pulumi.interpolate`${group.arn}:*`,
      cloudWatchLogsRoleArn: role.arn,
      eventSelectors: [
        {
          readWriteType: "All",
          includeManagementEvents: true,
          dataResources: [{ type: "AWS::S3::Object", values: files }],
        },
      ],
      tags,
    },
    { parent, dependsOn: [...logsKey.usable, ...role.usable, buckets.logPolicy] },
  );
}
