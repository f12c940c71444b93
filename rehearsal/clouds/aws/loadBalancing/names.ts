import { text } from "../../properties.ts";
import type { CheckFailure, Properties } from "../../world.ts";

const LONGEST_NAME = 32;

/** What the provider refuses of the name of a load balancer or a target group. */
export function nameFailures(inputs: Properties): CheckFailure[] {
  const name = text(inputs, "name");
  if (name === undefined) return [];
  const refuse = (reason: string) => [{ property: "name", reason: `"name" ${reason}: ${name}` }];
  if (name.length > LONGEST_NAME) return refuse(`cannot be longer than ${LONGEST_NAME} characters`);
  if (!/^[0-9A-Za-z-]+$/.test(name)) return refuse("may hold letters, digits and hyphens only");
  if (/^-|-$/.test(name)) return refuse("cannot begin or end with a hyphen");
  if (name.startsWith("internal-")) return refuse('cannot begin with "internal-"');
  return [];
}
