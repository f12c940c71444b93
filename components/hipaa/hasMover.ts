import { isBefore } from "../config.ts";
import type { SettingsOf } from "../config.ts";
import type { HipaaMoverSettings } from "./settings.ts";

/** Whether there is still data to move, and a machine asked for that does it. */
export function hasMover(
  settings: SettingsOf<"hipaa">,
): settings is SettingsOf<"hipaa"> & { readonly mover: HipaaMoverSettings } {
  return settings.mover !== undefined && isBefore(settings.stage, "settled");
}
