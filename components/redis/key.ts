import * as pulumi from "@pulumi/pulumi";
import { Alias } from "@pulumi/aws/kms/alias.js";
import { getAliasOutput } from "@pulumi/aws/kms/getAlias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { KeyPolicy } from "@pulumi/aws/kms/keyPolicy.js";
import type { KeyChoice } from "./args.ts";
import { logGroupPrefix } from "./logs.ts";
import type { Whole } from "./whole.ts";

/** The key that encrypts data, secret, logs and alarm topic. */
export interface RedisKey {
  readonly arn: pulumi.Output<string>;
  /** What must exist before CloudWatch can use the key. */
  readonly usable: pulumi.Resource[];
}

/** Creates the key with its alias, or finds the existing one. */
export function resolveKey(whole: Whole, choice: KeyChoice): RedisKey {
  if (choice.create) return createKey(whole);
  const arn = choice.existing.startsWith("alias/")
    ? getAliasOutput({ name: choice.existing }, { parent: whole.parent }).targetKeyArn
    : pulumi.output(choice.existing);
  return { arn, usable: [] };
}

function createKey(whole: Whole): RedisKey {
  const { name, parent, app, tags, production, protect } = whole;
  const key = new Key(
    `${name}-key`,
    {
      description: `Redis of ${app}: data at rest, AUTH token, logs`,
      enableKeyRotation: true,
      deletionWindowInDays: production ? 30 : 7,
      tags,
    },
    { parent, protect },
  );
  new Alias(
    `${name}-key-alias`,
    { name: `alias/${app}-redis`, targetKeyId: key.keyId },
    { parent, protect },
  );
  const policy = new KeyPolicy(
    `${name}-key-policy`,
    { keyId: key.keyId, policy: key.arn.apply((arn) => keyPolicy(whole, arn)) },
    { parent },
  );
  return { arn: key.arn, usable: [policy] };
}

/** The account decides who uses the key; beside it only the two services that cannot be given a role. */
function keyPolicy(whole: Whole, keyArn: string): string {
  const [, partition, , region, account] = keyArn.split(":");
  const logGroups = `arn:${partition}:logs:${region}:${account}:log-group:${logGroupPrefix(whole)}*`;
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AccountAdministers",
        Effect: "Allow",
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Sid: "LogsAreEncrypted",
        Effect: "Allow",
        Principal: { Service: `logs.${region}.amazonaws.com` },
        Action: [
          "kms:Encrypt*",
          "kms:Decrypt*",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*",
          "kms:Describe*",
        ],
        Resource: "*",
        Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": logGroups } },
      },
      {
        Sid: "AlarmsReachEncryptedTopic",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
      },
    ],
  });
}
