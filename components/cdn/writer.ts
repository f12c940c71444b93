import * as pulumi from "@pulumi/pulumi";
import { Policy } from "@pulumi/aws/iam/policy.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import type { WriterArgs } from "./args.ts";
import { writerServices } from "./names.ts";
import type { PrivateBucket } from "../shared/privateBucket.ts";
import { verifiedRole } from "./verifiedRole.ts";
import type { WriterRole } from "./verifiedRole.ts";
import type { CdnWhole } from "./whole.ts";

/** Lets a role upload, and only that; returns the role's ARN. */
export function allowWriter(
  whole: CdnWhole,
  args: WriterArgs,
  { bucket }: PrivateBucket,
): pulumi.Output<string> {
  const { name, parent, app, tags } = whole;
  const service = args.service ?? writerServices[0];
  const { existing } = args.role;
  const role =
    existing === undefined ? createRole(whole, service) : verifiedRole(whole, existing, service);
  // A policy of its own: it comes and goes without touching what else an existing role may.
  const policy = new Policy(
    `${name}-writer-policy`,
    {
      name: `${app}-assets-writer`,
      description: `Uploads assets of ${app}`,
      policy: bucket.arn.apply(uploadsTo),
      tags,
    },
    { parent },
  );
  new RolePolicyAttachment(
    `${name}-writer-attachment`,
    { role: role.name, policyArn: policy.arn },
    { parent },
  );
  return role.arn;
}

function createRole({ name, parent, app, tags }: CdnWhole, service: string): WriterRole {
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  return new Role(
    `${name}-writer`,
    {
      name: `${app}-assets-writer`,
      description: `Uploads assets of ${app}`,
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
      tags,
    },
    { parent },
  );
}

function uploadsTo(bucketArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "UploadsAndDeletes",
        Effect: "Allow",
        Action: ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
        Resource: `${bucketArn}/*`,
      },
      {
        Sid: "SeesWhatIsThere",
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: `${bucketArn}/*`,
      },
      {
        // Without it a missing file is a 403, which cannot be told from a lost right.
        Sid: "TellsMissingFromForbidden",
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: bucketArn,
      },
    ],
  });
}
