import { parseSettings, SettingsError, settingsOf } from "../../components/config.ts";
import type { Problem, SettingsOf } from "../../components/config.ts";

/** Settings of a stack as they arrive in a program: text, and JSON where structured. */
export type RawSettings = Record<string, string>;

/** Settings of `godwit:redis`, complete and right. */
export const redisSettings = {
  source: { clusterId: "acme-redis-production" },
  seed: "snapshot",
  engineVersion: "7.1",
  nodeType: "cache.t3.micro",
  kms: { create: true },
  network: {
    vpcId: "vpc-0acme",
    subnetGroup: { existing: "acme-cache-subnet-production" },
    securityGroup: { create: { allowFrom: ["sg-0acmetasks"] } },
  },
  record: { zoneId: "Z0ACME", name: "redis.acme.internal", ttl: 60 },
  alarms: { topicArn: "arn:aws:sns:us-east-1:123456789012:ops" },
};

/** Settings of `godwit:mover`, complete and right. */
export const moverSettings = {
  subnetId: "subnet-0acme1",
  package: "s3://acme-artifacts/godwit-0.1.0.tgz",
};

/** Settings of `godwit:relay`, complete and right. */
export const relaySettings = {
  subnetIds: ["subnet-0acme1", "subnet-0acme2"],
  allowFrom: ["sg-0acmetasks"],
  package: "s3://acme-artifacts/godwit-0.1.0.tgz",
};

/** The settings of a stack at the start of its migration, with changes: `undefined` removes one. */
export function rawSettings(changes: Record<string, string | undefined> = {}): RawSettings {
  const all: Record<string, string | undefined> = {
    "aws:region": "us-east-1",
    "godwit:target": "redis",
    "godwit:app": "acme",
    "godwit:stage": "prepare",
    "godwit:redis": JSON.stringify(redisSettings),
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The settings of a stack whose data moves behind relays, as a run has written them, with changes. */
export function rawRelay(changes: Record<string, string | undefined> = {}): RawSettings {
  return rawSettings({
    "godwit:mode": "relay",
    "godwit:relayUntil": "2026-03-08T12:00:00Z",
    "godwit:sourceSecurityGroups": JSON.stringify(["sg-0acmecache"]),
    "godwit:mover": JSON.stringify(moverSettings),
    "godwit:relay": JSON.stringify(relaySettings),
    ...changes,
  });
}

/** `rawSettings` with changes inside `godwit:redis`. */
export function rawRedis(changes: Record<string, unknown>): RawSettings {
  return rawSettings({ "godwit:redis": JSON.stringify({ ...redisSettings, ...changes }) });
}

/** `rawSettings` with changes inside `godwit:redis.network`. */
export function network(changes: object): RawSettings {
  return rawRedis({ network: { ...redisSettings.network, ...changes } });
}

export function parseRedis(raw: RawSettings): SettingsOf<"redis"> {
  return settingsOf("redis", parseSettings(raw));
}

/** The refusal of wrong settings. */
export function errorOf(config: RawSettings, secretKeys: string[] = []): SettingsError {
  try {
    parseSettings(config, secretKeys);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error("The settings were accepted.");
}

export function problemsOf(config: RawSettings): Problem[] {
  return [...errorOf(config).problems];
}
