import type { Facts, StepContext } from "../../automation/step.ts";

/** What the application was before the run changed it, as the first step that did so remembered it. */
export function rememberedApplication({ results }: Pick<StepContext, "results">): Facts {
  const step = results["insert-relay"] ?? results["stop-writes"];
  return step!["application"] as Facts;
}
