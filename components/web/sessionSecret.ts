import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { WebWhole } from "./whole.ts";

const LETTERS = 64;

/**
 * Generates what sessions are signed with (`JWT_SECRET`), and keeps it in Secrets Manager as `<app>/web/session-secret`.
 * Whoever puts the old one there afterwards keeps the sessions that there are: an update does not set it back.
 */
export function createSessionSecret(whole: WebWhole): Secret {
  const { name, parent, app, tags, protect } = whole;
  const generated = new RandomPassword(
    `${name}-session-secret-value`,
    { length: LETTERS, special: false },
    { parent },
  );
  const secret = new Secret(
    `${name}-session-secret`,
    {
      name: `${app}/web/session-secret`,
      description: `What ${app} signs sessions with`,
      // A name in its recovery window cannot be taken again.
      recoveryWindowInDays: protect ? 30 : 0,
      tags,
    },
    { parent, protect },
  );
  new SecretVersion(
    `${name}-session-secret-version`,
    { secretId: secret.id, secretString: generated.result },
    { parent, ignoreChanges: ["secretString"] },
  );
  return secret;
}
