import * as pulumi from "@pulumi/pulumi";
import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import { METRICS_NAMESPACE } from "./metrics.ts";
import { webNameOf } from "./whole.ts";
import type { WebWhole } from "./whole.ts";

/** What the machine works with, by ARN. */
export interface RightsTo {
  readonly attachments: pulumi.Input<string>;
  readonly releases: pulumi.Input<string>;
  readonly backups: pulumi.Input<string>;
  readonly logGroup: pulumi.Input<string>;
  readonly secrets: pulumi.Input<pulumi.Input<string>[]>;
  /** What it sends mail by, and from which address; none if it sends none. */
  readonly mail: { readonly arns: pulumi.Input<string>[]; readonly from: string } | undefined;
}

export interface WebRole {
  readonly name: pulumi.Output<string>;
  readonly profile: InstanceProfile;
  /** What must exist before the machine can do its work. */
  readonly usable: pulumi.Resource[];
}

const trustedByMachines = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
};

/** The machine's role: it has no keys, and the application signs with it. */
export function createRole(whole: WebWhole, to: RightsTo): WebRole {
  const { name, parent, app, tags } = whole;
  const cloudName = webNameOf(whole);
  const role = new Role(
    `${name}-role`,
    {
      name: cloudName,
      description: `API of ${app}`,
      assumeRolePolicy: JSON.stringify(trustedByMachines),
      tags,
    },
    { parent },
  );
  const sessions = new RolePolicyAttachment(
    `${name}-sessions`,
    { role: role.name, policyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" },
    { parent },
  );
  const rights = new RolePolicy(
    `${name}-rights`,
    { name: cloudName, role: role.id, policy: pulumi.jsonStringify(policyOf(to)) },
    { parent },
  );
  const profile = new InstanceProfile(
    `${name}-profile`,
    { name: cloudName, role: role.name, tags },
    { parent },
  );
  return { name: role.name, profile, usable: [sessions, rights] };
}

function policyOf({ attachments, releases, backups, logGroup, secrets, mail }: RightsTo) {
  const filesOf = (bucketArn: pulumi.Input<string>) => pulumi.interpolate`${bucketArn}/*`;
  const statements: RoleStatement[] = [
    allow(
      "Attachments",
      ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
      filesOf(attachments),
    ),
    // Without it a missing file is a 403, which cannot be told from a lost right.
    allow("TellsMissingFromForbidden", ["s3:ListBucket"], attachments),
    allow("GetsReleases", ["s3:GetObject"], filesOf(releases)),
    // What is broken into cannot read or delete the copies.
    allow("WritesBackups", ["s3:PutObject"], filesOf(backups)),
    allow(
      "WritesItsLog",
      ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
      pulumi.interpolate`${logGroup}:*`,
    ),
    allow("ReadsItsSecrets", ["secretsmanager:GetSecretValue"], secrets),
    {
      ...allow("TellsOfItself", ["cloudwatch:PutMetricData"], "*"),
      Condition: { StringEquals: { "cloudwatch:namespace": METRICS_NAMESPACE } },
    },
  ];
  if (mail) {
    statements.push({
      ...allow("SendsMail", ["ses:SendEmail", "ses:SendRawEmail"], mail.arns),
      Condition: { StringEquals: { "ses:FromAddress": mail.from } },
    });
  }
  return { Version: "2012-10-17", Statement: statements };
}

interface RoleStatement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: pulumi.Input<unknown>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

function allow(Sid: string, Action: string[], Resource: pulumi.Input<unknown>): RoleStatement {
  return { Sid, Effect: "Allow", Action, Resource };
}
