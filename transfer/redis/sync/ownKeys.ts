import { OWN_PREFIX } from "../sentinel.ts";

const PREFIX = Buffer.from(OWN_PREFIX);

/**
 * Whether we wrote this key for ourselves: sentinels, marks, the decision record. No tail and no scan copies or removes
 * one; the lane is asked for a sentinel by name.
 */
export function isOwn(key: Buffer): boolean {
  if (key.length < PREFIX.length) return false;
  for (let i = 0; i < PREFIX.length; i++) if (key[i] !== PREFIX[i]) return false;
  return true;
}

/** Without our own; the list itself when there are none, as nearly always. */
export function withoutOwn(keys: readonly Buffer[]): readonly Buffer[] {
  return keys.some(isOwn) ? keys.filter((key) => !isOwn(key)) : keys;
}
