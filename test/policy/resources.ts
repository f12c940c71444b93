import type { Resource } from "../../policy/plan.ts";

export const UNKNOWN = "[known after the update]";

/** A resource called `name`, with the id `<name>-id`, inside components of the types of `within`. */
export function resource(
  type: string,
  inputs: Readonly<Record<string, unknown>>,
  name = "it",
  within: readonly string[] = [],
): Resource {
  const chain = [...within, type].join("$");
  return {
    urn: `urn:pulumi:test::godwit::${chain}::${name}`,
    type,
    name,
    id: `${name}-id`,
    inputs,
  };
}

/** A policy document of one statement. */
export function document(statement: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
