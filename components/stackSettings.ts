import * as pulumi from "@pulumi/pulumi";
import { parseSettings, SettingsError } from "./config.ts";
import type { Settings } from "./config.ts";

/**
 * The settings of the stack that the running program belongs to.
 *
 * @throws pulumi.RunError, which Pulumi prints without a stack trace, with everything that is wrong
 */
export function stackSettings(): Settings {
  const config = pulumi.runtime.allConfig();
  try {
    return parseSettings(config, Object.keys(config).filter(isEncrypted));
  } catch (error) {
    if (error instanceof SettingsError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

/** The SDK knows which settings are encrypted, but leaves the question out of its type declarations. */
function isEncrypted(key: string): boolean {
  const { isConfigSecret } = pulumi.runtime as unknown as {
    isConfigSecret: (key: string) => boolean;
  };
  return isConfigSecret(key);
}
