import * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { MachineWhole } from "../machine/whole.ts";

/** Hexadecimal digits of a key of 32 bytes. */
const KEY_DIGITS = 64;

export interface ControlSecret {
  readonly arn: pulumi.Output<string>;
  /** What must exist before the key can be read. */
  readonly usable: pulumi.Resource;
}

/** Makes the key that mover and relays know each other by, and keeps it in Secrets Manager as `<app>/godwit/relay`. */
export function createControlSecret(
  { name, parent, tags }: MachineWhole,
  app: string,
  kmsKeyId: pulumi.Input<string>,
): ControlSecret {
  const key = new RandomPassword(
    `${name}-control-key`,
    // Digits and these six letters: each is drawn from sixteen, as a key's hexadecimal digits are.
    { length: KEY_DIGITS, lower: false, upper: false, special: true, overrideSpecial: "abcdef" },
    { parent },
  );
  const secret = new Secret(
    `${name}-control`,
    {
      name: `${app}/godwit/relay`,
      description: `Key by which mover and relays of ${app} know each other`,
      kmsKeyId,
      // It is worth nothing without the relays, and its name must be free when they are built again.
      recoveryWindowInDays: 0,
      tags,
    },
    { parent },
  );
  const version = new SecretVersion(
    `${name}-control-version`,
    { secretId: secret.id, secretString: key.result },
    { parent },
  );
  return { arn: secret.arn, usable: version };
}
