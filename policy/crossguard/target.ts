import type { Resource } from "../plan.ts";

/** Targets by the components that only they have; `hipaa` has those of `redis`, too. */
const TARGETS = ["hipaa", "cdn", "web", "hetzner", "redis"];

/** The target that a stack is of, by its components; the engine does not tell a pack the stack's settings. */
export function targetOf(resources: readonly Pick<Resource, "type">[]): string {
  const has = (target: string) =>
    resources.some(({ type }) => type.startsWith(`godwit:${target}:`));
  return TARGETS.find(has) ?? "";
}
