import type { Ownership } from "../tags.ts";

/** Name of the relays' security group, role, profile and target group, and of the balancer before them. */
export function relaysNameOf({ app }: Pick<Ownership, "app">): string {
  return `${app}-relay`;
}
