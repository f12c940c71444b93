import { enterStage } from "./components/stage.ts";
import type { StageOptions } from "./components/stage.ts";
import { stackSettings } from "./components/stackSettings.ts";
import { loadTarget } from "./components/targets.ts";

/**
 * The Pulumi program: the stack's settings → the target's component → the stack's outputs. `pulumi up` calls it without
 * options; a run calls it as an inline program.
 *
 * It must stay the only export: Pulumi refuses an entry point with a default export and others.
 */
export default async function program(options?: StageOptions): Promise<Record<string, unknown>> {
  const settings = stackSettings();
  await enterStage(settings, options);
  const declare = await loadTarget(settings.target);
  const outputs = { stage: settings.stage, ...declare(settings) };
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
}
