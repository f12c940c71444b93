import { randomUUID } from "node:crypto";

/** Keys that we write ourselves begin so; they are no data. */
export const OWN_PREFIX = "godwit:";

/** For how long a key that only tries something out stays where a kill, a cut link or a SWAPDB has left it. */
export const PROBE_LIVES_MS = 10_000;

export type OwnKey = "sentinel" | "probe";

/** A name that nobody else uses: `godwit:sentinel:…`. */
export function ownName(what: OwnKey): string {
  return `${OWN_PREFIX}${what}:${randomUUID()}`;
}
