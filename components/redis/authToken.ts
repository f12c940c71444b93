import type * as pulumi from "@pulumi/pulumi";
import type { ReplicationGroup } from "@pulumi/aws/elasticache/replicationGroup.js";
import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { TokenRotation } from "../config.ts";
import type { RedisKey } from "./key.ts";
import type { Whole } from "./whole.ts";

export interface AuthToken {
  /** The token that the group is told; a Pulumi secret to the end. */
  readonly value: pulumi.Output<string>;
  /** What it does to the one before it, if there was one. */
  readonly updateStrategy: "ROTATE" | "SET" | undefined;
  readonly secret: Secret;
}

/** Generates the AUTH token and keeps it in Secrets Manager as `<app>/redis/auth-token`; generates a second one to rotate to. */
export function createAuthToken(whole: Whole, key: RedisKey, rotation: TokenRotation): AuthToken {
  const first = generateToken(whole, "auth-token");
  const secret = createSecret(whole, key);
  storeToken(whole, "secret-version", secret, first);
  if (rotation === "none") return { value: first, updateStrategy: undefined, secret };
  // The provider modifies the group when either changes: ROTATE lets in both tokens, SET with the same one it alone.
  const updateStrategy = rotation === "added" ? "ROTATE" : "SET";
  return { value: generateToken(whole, "second-auth-token"), updateStrategy, secret };
}

/** Makes the second token the secret's current value, once the group takes it. The first one stays what it was before. */
export function storeSecondToken(
  whole: Whole,
  { value, updateStrategy, secret }: AuthToken,
  group: ReplicationGroup | undefined,
): void {
  if (updateStrategy === undefined || group === undefined) return;
  storeToken(whole, "second-secret-version", secret, value, [group]);
}

function generateToken({ name, parent }: Whole, id: string): pulumi.Output<string> {
  const token = new RandomPassword(
    `${name}-${id}`,
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
  return token.result;
}

function createSecret({ name, parent, app, tags, protect }: Whole, key: RedisKey): Secret {
  return new Secret(
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
}

function storeToken(
  { name, parent, protect }: Whole,
  id: string,
  secret: Secret,
  value: pulumi.Output<string>,
  dependsOn: pulumi.Resource[] = [],
): void {
  new SecretVersion(
    `${name}-${id}`,
    { secretId: secret.id, secretString: value },
    { parent, protect, dependsOn },
  );
}
