import type { Problem } from "./problems.ts";

// How far a token's rotation is, is no secret.
const SECRET_NAME =
  /token(?!rotation)|passw|passphrase|secret|credential|authorization|cookie|api-?_?key|private-?_?key/i;
const CREDENTIAL_SCHEME = /^(bearer|basic|digest)\s+\S/i;
const TOKEN_LETTERS = /^[A-Za-z0-9!&#$^<>_+=-]{20,128}$/;

/**
 * Finds secrets that stand in the settings as plain text: by the name of the key, or by the look of the value.
 *
 * @param settings the decoded `godwit:*` settings, without the prefix
 * @param secretKeys full names (`godwit:application`) of the settings that Pulumi keeps encrypted
 */
export function plainSecrets(
  settings: Readonly<Record<string, unknown>>,
  secretKeys: ReadonlySet<string>,
): Problem[] {
  return Object.entries(settings)
    .filter(([name]) => !secretKeys.has(`godwit:${name}`))
    .flatMap(([name, value]) => leaves(`godwit:${name}`, value))
    .filter(({ key, value }) => holdsSecret(key, value))
    .map(({ key }) => inPlainText(key));
}

/** Where the providers take their own secrets from a stack's settings. */
const PROVIDER_SECRETS = [
  "hcloud:token",
  "cloudflare:apiToken",
  "cloudflare:apiKey",
  "aws:secretKey",
  "aws:token",
];
/** All of them are as long as this; a shorter word, such as a rehearsal has, opens nothing. `{"secure": …}` is none. */
const PROVIDER_SECRET = /^[^\s{]{32,}$/;

/**
 * Finds secrets of the providers that stand in the settings as plain text.
 *
 * @param config settings by full name, as they stand in the stack's file or as Pulumi hands them over
 * @param secretKeys full names of the settings that Pulumi keeps encrypted
 */
export function plainProviderSecrets(
  config: Readonly<Record<string, string>>,
  secretKeys: ReadonlySet<string>,
): Problem[] {
  const plain = PROVIDER_SECRETS.filter((key) => !secretKeys.has(key));
  return plain.filter((key) => PROVIDER_SECRET.test(config[key] ?? "")).map(inPlainText);
}

function inPlainText(key: string): Problem {
  return {
    key,
    wrong:
      "is a secret in plain text; remove it, treat it as known to others, and set a new one encrypted",
    example: command(key),
  };
}

/** Stands for a value that the stack's file holds encrypted, where the settings are read without decrypting them. */
export const ENCRYPTED = "[encrypted]";

/** Whether a value must not be shown: it, or the name it stands under, looks like a secret's. */
export function holdsSecret(key: string, value: unknown): boolean {
  if (typeof value !== "string" || value === "" || value === ENCRYPTED) return false;
  const name = key.slice(key.lastIndexOf(".") + 1);
  // Given to be shown, however random they look.
  if (value.startsWith("arn:") || name === "publicKey") return false;
  return SECRET_NAME.test(name) || CREDENTIAL_SCHEME.test(value) || looksRandom(value);
}

/** Long, without separators, and mixed as generated tokens are; names and ids in settings are not. */
function looksRandom(value: string): boolean {
  return TOKEN_LETTERS.test(value) && [/[a-z]/, /[A-Z]/, /[0-9]/].every((kind) => kind.test(value));
}

function leaves(key: string, value: unknown): { key: string; value: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => leaves(`${key}[${i}]`, item));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, item]) => leaves(`${key}.${name}`, item));
  }
  return [{ key, value }];
}

function command(key: string): string {
  const path = /[.[]/.test(key) ? ` --path '${key}'` : ` ${key}`;
  return `pulumi config set --secret${path}`;
}
