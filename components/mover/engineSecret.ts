import type * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import type { MoverWhole } from "./whole.ts";

/** Creates the secret in which a run tells the mover where its engine is. It has no value until one does. */
export function createEngineSecret(
  { name, parent, app, tags, protect }: MoverWhole,
  kmsKeyId: pulumi.Input<string>,
): Secret {
  return new Secret(
    `${name}-engine`,
    {
      name: `${app}/godwit/engine`,
      description: `Where the mover of ${app} finds the engine of its run`,
      kmsKeyId,
      // A name in its recovery window cannot be taken again, and a migration that was called off may be started again.
      recoveryWindowInDays: protect ? 30 : 0,
      tags,
    },
    { parent },
  );
}
