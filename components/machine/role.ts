import * as pulumi from "@pulumi/pulumi";
import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import type { MachineWhole } from "./whole.ts";

/** What the machine may use, by ARN. */
export interface MachineRights {
  readonly secretArns: pulumi.Input<pulumi.Input<string>[]>;
  /** The key that the secrets are encrypted under. */
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Where godwit is to be had; an S3 object has to be readable. */
  readonly package: string;
}

export interface MachineRole {
  readonly profile: InstanceProfile;
  /** What must exist before the machine can do its work. */
  readonly usable: pulumi.Resource[];
}

/** Creates the machine's role: Session Manager, its secrets and their key, and the package it is installed from. */
export function createRole(whole: MachineWhole, rights: MachineRights): MachineRole {
  const { name, parent, title, cloudName, tags } = whole;
  const role = new Role(
    `${name}-role`,
    {
      name: cloudName,
      description: title,
      assumeRolePolicy: JSON.stringify(trustedByMachines),
      tags,
    },
    { parent },
  );
  const partition = pulumi.output(rights.kmsKeyArn).apply((arn) => arn.split(":")[1]!);
  const sessions = new RolePolicyAttachment(
    `${name}-sessions`,
    {
      role: role.name,
      policyArn: pulumi.interpolate`arn:${partition}:iam::aws:policy/AmazonSSMManagedInstanceCore`,
    },
    { parent },
  );
  const policy = pulumi
    .all([rights.secretArns, rights.kmsKeyArn, partition])
    .apply(([secretArns, keyArn, inPartition]) =>
      policyOf(secretArns, keyArn, objectArn(rights.package, inPartition)),
    );
  const secrets = new RolePolicy(
    `${name}-rights`,
    { name: cloudName, role: role.id, policy },
    { parent },
  );
  const profile = new InstanceProfile(
    `${name}-profile`,
    { name: cloudName, role: role.name, tags },
    { parent },
  );
  return { profile, usable: [sessions, secrets] };
}

const trustedByMachines = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
};

function policyOf(secretArns: readonly string[], keyArn: string, object: string | undefined) {
  const region = keyArn.split(":")[3];
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ReadsItsSecrets",
        Effect: "Allow",
        Action: "secretsmanager:GetSecretValue",
        Resource: secretArns,
      },
      {
        Sid: "DecryptsThem",
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: keyArn,
        Condition: {
          StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` },
        },
      },
      ...(object === undefined
        ? []
        : [{ Sid: "GetsGodwit", Effect: "Allow", Action: "s3:GetObject", Resource: object }]),
    ],
  });
}

function objectArn(source: string, partition: string): string | undefined {
  const [, place] = /^s3:\/\/(.+)$/.exec(source) ?? [];
  return place && `arn:${partition}:s3:::${place}`;
}
