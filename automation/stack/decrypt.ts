import { withStack, type UpdateRequest } from "./update.ts";

/** A stack's settings with the encrypted ones in clear. Kept in memory only, and only as long as they are needed. */
export interface DecryptedSettings {
  readonly values: Readonly<Record<string, string>>;
  /** Which of them hold something that is encrypted in the stack's file. */
  readonly secretKeys: readonly string[];
}

/** Decrypts with the stack's own secrets provider: its passphrase, or its KMS key. */
export async function decryptedSettings(request: UpdateRequest): Promise<DecryptedSettings> {
  return await withStack(request, async (stack) => {
    const entries = Object.entries(await stack.getAllConfig());
    return {
      values: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
      secretKeys: entries.filter(([, { secret }]) => secret).map(([key]) => key),
    };
  });
}
