import { settingsOf } from "./config.ts";
import type { Settings, Target } from "./config.ts";

/** Declares a target's resources and returns the stack's outputs. */
export type TargetProgram = (settings: Settings) => Record<string, unknown>;

/** Each target is loaded only when it is asked for: a preview of one never waits for another's libraries. */
const programs: Record<Target, () => Promise<TargetProgram>> = {
  redis: async () => {
    const { redisTarget } = await import("./redis/target.ts");
    return (settings) => redisTarget(settingsOf("redis", settings));
  },
  hetzner: async () => {
    const { hetznerTarget } = await import("./hetzner/target.ts");
    return (settings) => hetznerTarget(settingsOf("hetzner", settings));
  },
  cdn: async () => {
    const { cdnTarget } = await import("./cdn/target.ts");
    return (settings) => cdnTarget(settingsOf("cdn", settings));
  },
  web: async () => {
    const { webTarget } = await import("./web/target.ts");
    return (settings) => webTarget(settingsOf("web", settings));
  },
  hipaa: async () => {
    const { hipaaTarget } = await import("./hipaa/target.ts");
    return (settings) => hipaaTarget(settingsOf("hipaa", settings));
  },
};

export function loadTarget(target: Target): Promise<TargetProgram> {
  return programs[target]();
}
