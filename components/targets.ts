import type { Settings, Target } from "./config.ts";

/** Declares a target's resources and returns the stack's outputs. */
export type TargetProgram = (settings: Settings) => Record<string, unknown>;

/** Each target is loaded only when it is asked for: a preview of one never waits for another's libraries. */
const programs: Record<Target, () => Promise<TargetProgram>> = {
  redis: async () => (await import("./redis/target.ts")).redisTarget,
};

export function loadTarget(target: Target): Promise<TargetProgram> {
  return programs[target]();
}
