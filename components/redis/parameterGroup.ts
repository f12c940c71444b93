import { ParameterGroup } from "@pulumi/aws/elasticache/parameterGroup.js";
import { PARAMETER_FAMILY } from "./engine.ts";
import { groupIdOf } from "./whole.ts";
import type { Whole } from "./whole.ts";

/** Creates a parameter group of our own: the service's default one can never be changed. */
export function createParameterGroup(
  whole: Whole,
  parameters: Readonly<Record<string, string>>,
): ParameterGroup {
  return new ParameterGroup(
    `${whole.name}-parameters`,
    {
      name: groupIdOf(whole),
      family: PARAMETER_FAMILY,
      description: `Settings of the encrypted Redis of ${whole.app}`,
      parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
      tags: whole.tags,
    },
    { parent: whole.parent },
  );
}
