import * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { describeWhole } from "../describe.ts";
import { secretPath } from "../names.ts";
import type { HipaaOwnership, HipaaWhole } from "../whole.ts";

/** Arguments of `HipaaSecrets`. */
export interface HipaaSecretsArgs extends HipaaOwnership {
  readonly secretsKeyArn: pulumi.Input<string>;
  readonly database: {
    readonly host: pulumi.Input<string>;
    readonly port: pulumi.Input<number>;
    readonly name: string;
  };
  readonly cache: {
    readonly host: pulumi.Input<string>;
    readonly port: pulumi.Input<number>;
    readonly authToken: pulumi.Input<string>;
  };
  readonly buckets: {
    readonly uploads: pulumi.Input<string>;
    readonly backups: pulumi.Input<string>;
  };
}

/** What only people know: made without a value, so that it passes neither the settings nor the stack's state. */
const filledByHand = {
  "auth0/credentials": ["domain", "client_id", "client_secret", "audience"],
  "phi/redaction-salt": ["salt"],
} as const;

const PASSWORD_LENGTH = 40;
const RECOVERY_DAYS = 30;

/**
 * The application's five secrets, under its own path.
 *
 * Creates: `<app>/database/rds` with the application's user and a generated password, `<app>/redis/elasticache`,
 * `<app>/s3/bucket-name`; and without a value `<app>/auth0/credentials` and `<app>/phi/redaction-salt`.
 *
 * Touches on the source: nothing; the salt is carried over by hand, unchanged.
 *
 * Irreversible: destroying them, 30 days later in production.
 *
 * Undo: restore them within these days.
 *
 * Cost: 2 $ a month.
 *
 * @example
 * new HipaaSecrets("secrets", {
 *   app: "acme", environment: "prod", dataClass: "phi", region: "ca-central-1", secretsKeyArn: keys.secrets.arn,
 *   database: { host, port: 5432, name: "validator" }, cache: { host, port: 6379, authToken }, buckets,
 * });
 */
export class HipaaSecrets extends pulumi.ComponentResource {
  /** References of all five. */
  public readonly arns: readonly pulumi.Output<string>[];
  /** Commands that give those a value that have none yet; each asks for a file that is deleted afterwards. */
  public readonly toFill: pulumi.Output<string[]>;

  constructor(name: string, args: HipaaSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("godwit:hipaa:Secrets", name, {}, opts);
    const whole = describeWhole(name, this, args);
    const { database, cache, buckets } = args;
    const filled = {
      "database/rds": {
        username: `${database.name}_app`,
        password: generatePassword(whole),
        engine: "postgres",
        host: database.host,
        port: database.port,
        dbname: database.name,
      },
      "redis/elasticache": {
        host: cache.host,
        port: cache.port,
        auth_token: cache.authToken,
        tls: true,
      },
      "s3/bucket-name": { uploads_bucket: buckets.uploads, backups_bucket: buckets.backups },
    };
    const kept = Object.entries(filled).map(([path, value]) => {
      const secret = createSecret(whole, path, Object.keys(value), args.secretsKeyArn);
      storeValue(whole, path, secret, value);
      return secret;
    });
    const empty = Object.entries(filledByHand).map(([path, fields]) =>
      createSecret(whole, path, fields, args.secretsKeyArn),
    );
    this.arns = [...kept, ...empty].map(({ arn }) => arn);
    this.toFill = pulumi
      .all(empty.map(({ name: path }) => path))
      .apply((paths) => paths.map(command));
    this.registerOutputs({ arns: this.arns, toFill: this.toFill });
  }
}

/** Letters and digits only: it also stands in addresses. */
function generatePassword({ name, parent }: HipaaWhole): pulumi.Output<string> {
  return new RandomPassword(
    `${name}-database-password`,
    { length: PASSWORD_LENGTH, special: false, minUpper: 1, minLower: 1, minNumeric: 1 },
    { parent },
  ).result;
}

function createSecret(
  { name, parent, app, tags, protect }: HipaaWhole,
  path: string,
  fields: readonly string[],
  kmsKeyId: pulumi.Input<string>,
): Secret {
  return new Secret(
    `${name}-${idOf(path)}`,
    {
      name: `${secretPath(app)}${path}`,
      description: `JSON with ${fields.join(", ")}`,
      kmsKeyId,
      recoveryWindowInDays: protect ? RECOVERY_DAYS : 0,
      tags,
    },
    { parent, protect },
  );
}

function storeValue(
  { name, parent, protect }: HipaaWhole,
  path: string,
  secret: Secret,
  value: object,
): void {
  const secretString = pulumi.secret(pulumi.jsonStringify(value));
  new SecretVersion(
    `${name}-${idOf(path)}-value`,
    { secretId: secret.id, secretString },
    { parent, protect },
  );
}

const idOf = (path: string) => path.replace("/", "-");

/** A file, not an argument, which others would see in the list of processes. */
function command(secretName: string): string {
  return `aws secretsmanager put-secret-value --secret-id ${secretName} --secret-string file://secret.json`;
}
