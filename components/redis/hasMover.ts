import type { SettingsOf } from "../config.ts";
import type { MoverSettings } from "../mover/settings.ts";

/** Whether there is data to move, and a machine asked for that does it. */
export function hasMover(
  settings: SettingsOf<"redis">,
): settings is SettingsOf<"redis"> & { readonly mover: MoverSettings } {
  return (
    settings.mover !== undefined &&
    settings.stage !== "settled" &&
    settings.redis.source !== undefined
  );
}
