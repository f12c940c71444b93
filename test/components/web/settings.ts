import { parseSettings, settingsOf } from "../../../components/config.ts";
import type { SettingsOf } from "../../../components/config.ts";
import type { RawSettings } from "../settings.ts";

/** Settings of `godwit:web`, complete and right. */
export const webSettings = {
  domain: "tickets.acme.example",
  zone: { id: "Z0ACME", name: "acme.example" },
  bucket: "acme-tickets",
  certificate: { create: true },
  mail: { from: "support@tickets.acme.example" },
  alarms: { email: "ops@acme.example" },
};

/** The settings of a stack of target `web`, with changes: `undefined` removes one. */
export function rawWebStack(changes: Record<string, string | undefined> = {}): RawSettings {
  const all: Record<string, string | undefined> = {
    "aws:region": "us-east-1",
    "godwit:target": "web",
    "godwit:app": "acme",
    "godwit:web": JSON.stringify(webSettings),
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** `rawWebStack` with changes inside `godwit:web`. */
export function rawWeb(changes: Record<string, unknown>): RawSettings {
  return rawWebStack({ "godwit:web": JSON.stringify({ ...webSettings, ...changes }) });
}

export function parseWeb(raw: RawSettings): SettingsOf<"web"> {
  return settingsOf("web", parseSettings(raw));
}
