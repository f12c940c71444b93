import type { ChainedEvent } from "./chain.ts";
import { textOf } from "./facts.ts";

/** The step that had begun last by `moment`, an ISO time; undefined before the first. */
export function stepAt(events: readonly ChainedEvent[], moment: string): string | undefined {
  const begun = events.findLast(({ type, at }) => type === "step.started" && at <= moment);
  return begun && textOf(begun.data, "step");
}
