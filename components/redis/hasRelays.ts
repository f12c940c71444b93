import type { SettingsOf } from "../config.ts";
import type { MoverSettings } from "../mover/settings.ts";
import type { RelaySettings } from "../relay/settings.ts";
import { hasMover } from "./hasMover.ts";

/** Whether clients are to reach the servers by relays, as long as there is data to move. */
export function hasRelays(settings: SettingsOf<"redis">): settings is SettingsOf<"redis"> & {
  readonly mover: MoverSettings;
  readonly relay: RelaySettings;
  readonly relayUntil: string;
} {
  return (
    settings.mode === "relay" &&
    settings.relay !== undefined &&
    settings.relayUntil !== undefined &&
    hasMover(settings)
  );
}
