import type * as pulumi from "@pulumi/pulumi";
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { KeyPolicy } from "@pulumi/aws/kms/keyPolicy.js";
import type { HipaaWhole } from "../whole.ts";
import { keyPolicy } from "./policies.ts";
import type { ServiceStatements } from "./policies.ts";

/** Days for which a key that was deleted can be had back. */
export const recoveryDays = (protect: boolean) => (protect ? 30 : 7);

/** A key for one class of data. */
export interface DataKey {
  readonly arn: pulumi.Output<string>;
  /** What must exist before services can use the key. */
  readonly usable: pulumi.Resource[];
}

/** Creates a key with yearly rotation, its alias `<app>-<id>` and its policy. */
export function createKey(
  { name, parent, app, region, tags, protect }: HipaaWhole,
  id: string,
  what: string,
  services: ServiceStatements,
): DataKey {
  const key = new Key(
    `${name}-${id}`,
    {
      description: `${app}: ${what}`,
      enableKeyRotation: true,
      deletionWindowInDays: recoveryDays(protect),
      tags,
    },
    { parent, protect },
  );
  new Alias(
    `${name}-${id}-alias`,
    { name: `alias/${app}-${id}`, targetKeyId: key.keyId },
    { parent, protect },
  );
  const policy = new KeyPolicy(
    `${name}-${id}-policy`,
    { keyId: key.keyId, policy: key.arn.apply((arn) => keyPolicy(arn, region, services)) },
    { parent },
  );
  return { arn: key.arn, usable: [policy] };
}
