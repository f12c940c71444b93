import { parseSettings, settingsOf } from "../../../components/config.ts";
import type { SettingsOf } from "../../../components/config.ts";
import type { RawSettings } from "../settings.ts";

/** Settings of `godwit:hetzner`, complete and right. */
export const hetznerSettings = {
  admins: [{ name: "ada", publicKey: "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=" }],
  adminCidrs: ["203.0.113.0/24"],
  sshKeys: [
    {
      name: "ada",
      publicKey:
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl3dIeudNqd0DPMRD6OIh65tjkxFNOtwGcWB2gCgPhk ada",
    },
  ],
  cloudflare: {
    accountId: "0123456789abcdef0123456789abcdef",
    zone: { id: "fedcba9876543210fedcba9876543210", name: "acme.example" },
  },
  buckets: { prefix: "acme-production", assetsDomain: "assets.acme.example" },
  acmeEmail: "ops@acme.example",
  alertWebhook: "https://alerts.acme.example/godwit",
};

/** The settings of a stack of target `hetzner`, with changes inside `godwit:hetzner`; `undefined` removes one. */
export function rawHetzner(changes: Record<string, unknown> = {}): RawSettings {
  return {
    "godwit:target": "hetzner",
    "godwit:app": "acme",
    "godwit:hetzner": JSON.stringify({ ...hetznerSettings, ...changes }),
  };
}

export function parseHetzner(raw: RawSettings): SettingsOf<"hetzner"> {
  return settingsOf("hetzner", parseSettings(raw));
}
