import type { Statement } from "../../shared/bucketPolicy.ts";

interface LogBucket {
  readonly bucketArn: string;
  readonly account: string;
  readonly region: string;
  readonly app: string;
  /** Buckets whose access is logged. */
  readonly loggedArns: readonly string[];
}

/** Where the load balancer's access logs go. */
export const BALANCER_PREFIX = "balancer";
/** Where the audit trail goes. */
export const TRAIL_PREFIX = "trail";

/** Where AWS Config writes, if it is asked for. */
export const CONFIG_PREFIX = "configuration";

export const trailNameOf = (app: string) => `${app}-trail`;

/** Which services write logs into the bucket: balancer, audit trail, AWS Config, and S3 about the other buckets. */
export function logWriters(logs: LogBucket): Statement[] {
  const { bucketArn, account, loggedArns } = logs;
  const ofAccount = { StringEquals: { "aws:SourceAccount": account } };
  return [
    {
      Sid: "TheBalancerLogsAccess",
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucketArn}/${BALANCER_PREFIX}/AWSLogs/${account}/*`,
      Condition: ofAccount,
    },
    ...trailWrites(logs),
    {
      Sid: "ConfigLooks",
      Effect: "Allow",
      Principal: { Service: "config.amazonaws.com" },
      Action: ["s3:GetBucketAcl", "s3:ListBucket"],
      Resource: bucketArn,
      Condition: ofAccount,
    },
    {
      Sid: "ConfigWrites",
      Effect: "Allow",
      Principal: { Service: "config.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucketArn}/${CONFIG_PREFIX}/AWSLogs/${account}/*`,
      Condition: ofAccount,
    },
    {
      Sid: "BucketsLogAccess",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucketArn}/s3/*`,
      Condition: { ...ofAccount, ArnLike: { "aws:SourceArn": loggedArns } },
    },
  ];
}

/** The trail is known by its name before it is there: it is not made before it may write. */
function trailWrites({ bucketArn, account, region, app }: LogBucket): Statement[] {
  const trail = `arn:aws:cloudtrail:${region}:${account}:trail/${trailNameOf(app)}`;
  const principal = { Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" } };
  return [
    {
      Sid: "TheTrailLooks",
      ...principal,
      Action: "s3:GetBucketAcl",
      Resource: bucketArn,
      Condition: { StringEquals: { "aws:SourceArn": trail } },
    },
    {
      Sid: "TheTrailWrites",
      ...principal,
      Action: "s3:PutObject",
      Resource: `${bucketArn}/${TRAIL_PREFIX}/AWSLogs/${account}/*`,
      Condition: {
        StringEquals: { "aws:SourceArn": trail, "s3:x-amz-acl": "bucket-owner-full-control" },
      },
    },
  ];
}
