import { parseSettings, settingsOf } from "../../../components/config.ts";
import type { SettingsOf } from "../../../components/config.ts";
import type { RawSettings } from "../settings.ts";

/** Settings of `godwit:cdn`, complete and right. */
export const cdnSettings = {
  domain: "cdn.acme.example",
  zone: { id: "Z0ACME", name: "acme.example" },
  bucket: "acme-public-assets",
  certificate: { create: true },
  writer: { role: { existing: "arn:aws:iam::123456789012:role/acme-tasks" } },
  alarms: { email: "ops@acme.example" },
};

/** The settings of a stack of target `cdn`, with changes: `undefined` removes one. */
export function rawCdnStack(changes: Record<string, string | undefined> = {}): RawSettings {
  const all: Record<string, string | undefined> = {
    "aws:region": "us-east-1",
    "godwit:target": "cdn",
    "godwit:app": "acme",
    "godwit:cdn": JSON.stringify(cdnSettings),
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** `rawCdnStack` with changes inside `godwit:cdn`. */
export function rawCdn(changes: Record<string, unknown>): RawSettings {
  return rawCdnStack({ "godwit:cdn": JSON.stringify({ ...cdnSettings, ...changes }) });
}

export function parseCdn(raw: RawSettings): SettingsOf<"cdn"> {
  return settingsOf("cdn", parseSettings(raw));
}
