import type * as pulumi from "@pulumi/pulumi";
import { ownershipTags } from "../tags.ts";
import { assertInCanada } from "./residency.ts";
import type { HipaaOwnership, HipaaWhole } from "./whole.ts";

/**
 * What the parts of a component have in common, from its arguments.
 *
 * @throws Error for a region outside Canada
 */
export function describeWhole(
  name: string,
  parent: pulumi.Resource,
  args: HipaaOwnership,
): HipaaWhole {
  const { app, region, production = false } = args;
  assertInCanada(region);
  return { name, parent, app, region, tags: ownershipTags(args), protect: production };
}
