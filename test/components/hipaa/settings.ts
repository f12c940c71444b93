import { parseSettings, settingsOf } from "../../../components/config.ts";
import type { SettingsOf } from "../../../components/config.ts";
import type { RawSettings } from "../settings.ts";

/** Settings of `godwit:hipaa`, complete and right. */
export const hipaaSettings = {
  network: { create: {} },
  certificate: { create: {} },
  domain: { name: "app.acme.example", zone: { id: "Z0ACME", name: "acme.example" } },
  database: { name: "validator" },
  alarms: { email: "ops@acme.example" },
};

/** The settings of a stack of target `hipaa`, with changes: `undefined` removes one. */
export function rawHipaaStack(changes: Record<string, string | undefined> = {}): RawSettings {
  const all: Record<string, string | undefined> = {
    "aws:region": "ca-central-1",
    "godwit:target": "hipaa",
    "godwit:app": "acme",
    "godwit:hipaa": JSON.stringify(hipaaSettings),
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** `rawHipaaStack` with changes inside `godwit:hipaa`. */
export function rawHipaa(changes: Record<string, unknown>): RawSettings {
  return rawHipaaStack({ "godwit:hipaa": JSON.stringify({ ...hipaaSettings, ...changes }) });
}

export function parseHipaa(raw: RawSettings): SettingsOf<"hipaa"> {
  return settingsOf("hipaa", parseSettings(raw));
}
