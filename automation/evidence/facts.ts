import type { Facts, Json } from "../step.ts";

/** Reading the data of events: what is absent or of another type is undefined. */

export function textOf(data: Facts, key: string): string | undefined {
  const value = data[key];
  return typeof value === "string" ? value : undefined;
}

export function numberOf(data: Facts, key: string): number | undefined {
  const value = data[key];
  return typeof value === "number" ? value : undefined;
}

export function factsOf(data: Facts, key: string): Facts | undefined {
  const value = data[key];
  return isFacts(value) ? value : undefined;
}

export function listOf(data: Facts, key: string): readonly Facts[] {
  const value = data[key];
  return Array.isArray(value) ? (value as Json[]).filter(isFacts) : [];
}

export function isFacts(value: Json | undefined): value is Facts {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Any value on one line: text as it is, an object as `name: value, …`. */
export function oneLine(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return (value as Json[]).map(oneLine).join(", ");
  return Object.entries(value as Facts)
    .map(([key, member]) => `${key}: ${oneLine(member)}`)
    .join(", ");
}
