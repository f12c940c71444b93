import type { Properties } from "./world.ts";

/** Readers for a resource's loosely typed properties; an absent property is undefined. */

export function text(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function number(properties: Properties, name: string): number | undefined {
  const value = properties[name];
  return typeof value === "number" ? value : undefined;
}

/** Also reads "true" and "false", which the provider takes for some booleans. */
export function flag(properties: Properties, name: string): boolean | undefined {
  const value = properties[name];
  if (value === "true" || value === "false") return value === "true";
  return typeof value === "boolean" ? value : undefined;
}

export function texts(properties: Properties, name: string): readonly string[] {
  const value = properties[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

export function tags(properties: Properties): Readonly<Record<string, string>> {
  return (properties["tags"] as Record<string, string> | undefined) ?? {};
}

/** The inputs that are set, for the state of a resource. */
export function given(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
