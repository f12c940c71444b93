import * as pulumi from "@pulumi/pulumi";
import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile.js";
import type { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import type { HipaaBuckets } from "../data/hipaaBuckets.ts";
import type { HipaaKeys } from "../keys/hipaaKeys.ts";
import { createServiceRole } from "../roles.ts";
import type { ServiceRole } from "../roles.ts";
import { QUEUE_NAMESPACE } from "../watch/namespaces.ts";
import type { HipaaWhole } from "../whole.ts";
import { INSTANCE_NAMESPACE } from "./agentConfig.ts";

export interface InstanceRights {
  readonly buckets: Pick<HipaaBuckets, "uploads" | "backups" | "deployments">;
  readonly keys: Pick<HipaaKeys, "data" | "secrets">;
  readonly secretArns: readonly pulumi.Input<string>[];
  readonly logGroup: LogGroup;
}

export interface InstanceRole extends ServiceRole {
  readonly profile: InstanceProfile;
}

/** What an instance may: its files, its secrets, its log and its metrics, and Session Manager. */
export function createInstanceRole(whole: HipaaWhole, rights: InstanceRights): InstanceRole {
  const { name, parent, app, region, tags } = whole;
  const { buckets, keys, secretArns, logGroup } = rights;
  const statements = pulumi
    .all([
      buckets.uploads.bucket.arn,
      buckets.backups.bucket.arn,
      buckets.deployments.bucket.arn,
      keys.data.arn,
      keys.secrets.arn,
      pulumi.all([...secretArns]),
      logGroup.arn,
    ])
    .apply(([uploads, backups, deployments, dataKey, secretsKey, secrets, log]) => [
      allow("KeepsFiles", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], `${uploads}/*`),
      // Without it a missing file is a 403, which cannot be told from a lost right.
      allow("TellsMissingFromForbidden", ["s3:ListBucket"], uploads),
      allow("KeepsBackups", ["s3:GetObject", "s3:PutObject"], `${backups}/*`),
      allow(
        "GetsItsPackage",
        ["s3:GetObject"],
        [`${deployments}/*`, `arn:aws:s3:::aws-codedeploy-${region}/*`],
      ),
      allow("ReadsItsSecrets", ["secretsmanager:GetSecretValue"], secrets),
      via(allow("UsesTheirKey", ["kms:Decrypt"], secretsKey), `secretsmanager.${region}`),
      via(
        allow("UsesTheFilesKey", ["kms:Decrypt", "kms:GenerateDataKey"], dataKey),
        `s3.${region}`,
      ),
      allow(
        "WritesItsLog",
        ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        `${log}:*`,
      ),
      {
        ...allow("TellsItsMetrics", ["cloudwatch:PutMetricData"], "*"),
        Condition: {
          StringEquals: { "cloudwatch:namespace": [INSTANCE_NAMESPACE, QUEUE_NAMESPACE] },
        },
      },
      // Both services know no resources for these.
      allow("FindsItsGroup", ["ec2:DescribeTags", "logs:DescribeLogGroups"], "*"),
    ]);
  const role = createServiceRole(whole, {
    id: "instance",
    service: "ec2.amazonaws.com",
    statements,
    managed: ["AmazonSSMManagedInstanceCore"],
  });
  const profile = new InstanceProfile(
    `${name}-profile`,
    { name: `${app}-instance`, role: role.name, tags },
    { parent },
  );
  return { ...role, profile };
}

function allow(Sid: string, Action: readonly string[], Resource: string | readonly string[]) {
  return { Sid, Effect: "Allow", Action, Resource };
}

function via(statement: object, service: string) {
  const Condition = { StringEquals: { "kms:ViaService": `${service}.amazonaws.com` } };
  return { ...statement, Condition };
}
