import type { Preflight, Subject } from "../../automation/preflight.ts";
import { targets, type Target } from "../../components/config.ts";
import { stackSettingsOf } from "../settings.ts";

/** What a target depends on beside its settings; loaded only when it is updated. */
const checks: Partial<Record<Target, () => Promise<(subject: Subject) => Promise<void>>>> = {
  hipaa: async () => (await import("./hipaa.ts")).checkHipaa,
  cdn: async () => (await import("./sites.ts")).checkCdn,
  web: async () => (await import("./sites.ts")).checkWeb,
};

/** The settings of every target; for those on AWS what the account must allow and which names are free, too. */
export const preflight: Preflight = async (name, subject) => {
  const target = targets.find((known) => known === name);
  if (target === undefined) return;
  stackSettingsOf(target, subject);
  const check = await checks[target]?.();
  await check?.(subject);
};
