import type * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { RedisKey } from "./key.ts";
import type { Whole } from "./whole.ts";

export interface AuthToken {
  /** The token itself; a Pulumi secret to the end. */
  readonly value: pulumi.Output<string>;
  readonly secretArn: pulumi.Output<string>;
}

/** Generates the AUTH token and keeps it in Secrets Manager as `<app>/redis/auth-token`. */
export function createAuthToken(whole: Whole, key: RedisKey): AuthToken {
  const { name, parent, app, tags, protect } = whole;
  const token = new RandomPassword(
    `${name}-auth-token`,
    // Beside letters and digits the only characters that ElastiCache takes in a token.
    {
      length: 32,
      special: true,
      overrideSpecial: "!&#$^<>-",
      minUpper: 1,
      minLower: 1,
      minNumeric: 1,
    },
    { parent },
  );
  const secret = new Secret(
    `${name}-secret`,
    {
      name: `${app}/redis/auth-token`,
      description: `AUTH token of the encrypted Redis of ${app}`,
      kmsKeyId: key.arn,
      // A name in its recovery window cannot be taken again, and a migration that was called off may be started again.
      recoveryWindowInDays: protect ? 30 : 0,
      tags,
    },
    { parent, protect },
  );
  new SecretVersion(
    `${name}-secret-version`,
    { secretId: secret.id, secretString: token.result },
    { parent, protect },
  );
  return { value: token.result, secretArn: secret.arn };
}
