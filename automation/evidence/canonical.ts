import type { Json } from "../step.ts";

/**
 * The one spelling of a JSON value that is hashed and signed (RFC 8785): no white space, object keys in order
 * of their UTF-16 code units. So a database may reorder keys without breaking the chain.
 */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join(",")}}`;
}
