import {
  ENCRYPTED,
  parseSettings,
  SettingsError,
  settingsOf,
  type ApplicationSettings,
  type SettingsOf,
  type Target,
} from "../components/config.ts";
import { usageError } from "../automation/errors.ts";
import { decryptedSettings } from "../automation/stack/decrypt.ts";
import { readSettings } from "../automation/stack/settings.ts";
import type { StepContext } from "../automation/step.ts";

type Where = Pick<StepContext, "stack" | "environment">;

const HOUR_MS = 3_600_000;

/** Settings of the run's stack, checked as the Pulumi program checks them. */
export function stackSettings(where: Where): SettingsOf<"redis"> {
  return stackSettingsOf("redis", where);
}

/** Settings of a stack of the target, checked as the Pulumi program checks them. */
export function stackSettingsOf<T extends Target>(
  target: T,
  { stack, environment }: { stack: string; environment: { readonly workDir: string } },
): SettingsOf<T> {
  try {
    return settingsOf(target, parseSettings(readSettings(environment.workDir, stack)));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const what = error.message.replace(`${SettingsError.code}: `, "");
    throw usageError("bad-config", what, "", "");
  }
}

/** How the application is stopped, deployed and checked. */
export function applicationSettings(where: Where): ApplicationSettings {
  const { application } = stackSettings(where);
  if (application) return application;
  throw usageError(
    "no-application",
    `Stack ${where.stack} does not say how its application is stopped and deployed.`,
    "Set `godwit:application`, for example `{ ecs: { cluster: acme-cluster, service: acme-api, container: api } }`.",
  );
}

/** The same with what is encrypted in it in clear: for the request that may carry a credential. */
export async function revealedApplicationSettings(where: Where): Promise<ApplicationSettings> {
  const settings = applicationSettings(where);
  if (!JSON.stringify(settings).includes(ENCRYPTED)) return settings;
  const { values, secretKeys } = await decryptedSettings(where);
  return parseSettings(values, secretKeys).application ?? settings;
}

/** Id of the plaintext cluster that the stack replaces. */
export function sourceClusterId(where: Where): string {
  const { source } = stackSettings(where).redis;
  if (source) return source.clusterId;
  throw usageError(
    "no-source-setting",
    `Stack ${where.stack} names no source to move from.`,
    "Set `godwit:redis.source`, for example `{ clusterId: acme-redis-production }`.",
  );
}

/** Refuses a stack whose settings have no relays, before anything is built. */
export function requireRelaySettings(where: Where): void {
  const { relay, mover } = stackSettings(where);
  if (relay && mover) return;
  throw usageError(
    "no-relay-settings",
    `Stack ${where.stack} has no \`godwit:${relay ? "mover" : "relay"}\`, which a move through relays needs.`,
    relay
      ? "Set it, for example `{ subnetId: subnet-…, package: s3://… }`."
      : "Set it, for example `{ subnetIds: [subnet-…, subnet-…], allowFrom: [sg-…], package: s3://… }`, or use `--mode live`, which needs none.",
  );
}

/** Length of the soak in ms. */
export function soakMs(where: Where): number {
  return stackSettings(where).soakHours * HOUR_MS;
}
