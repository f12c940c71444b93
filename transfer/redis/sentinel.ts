import { randomUUID } from "node:crypto";

/** Keys that we write ourselves begin so; they are no data. */
export const OWN_PREFIX = "godwit:";

export type OwnKey = "sentinel" | "probe";

/** A name that nobody else uses: `godwit:sentinel:…`. */
export function ownName(what: OwnKey): string {
  return `${OWN_PREFIX}${what}:${randomUUID()}`;
}
