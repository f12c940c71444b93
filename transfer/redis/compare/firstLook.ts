import { LARGE_ABOVE } from "../lane.ts";
import type { Budget } from "./budget.ts";
import { DUMP, MEMORY_USAGE, PEXPIRETIME, PTTL } from "./commands.ts";
import type { KeyPage } from "./keyPage.ts";
import type { Bulk, ReplyCursor } from "./replies.ts";
import { since7, type Server, type Servers } from "./servers.ts";
import { sameElements } from "./unordered.ts";

/** What the first look at a page of the source's keys has found. */
export interface FirstLook {
  /** Keys that the source still had, and those of them that the target has. */
  source: number;
  target: number;
  /** Places in the page of keys that need a close look: their bytes differ, or they are large. */
  readonly suspects: number[];
}

/** Values that are asked for in one go. */
const PARCEL_BYTES = 1024 * 1024;
/** What a key is taken to hold where a server does not tell. */
const ASSUMED_BYTES = 1024;
/** DUMP ends with the version of its format and a checksum; two versions serialise most values alike before that. */
const FOOTER = 10;

/**
 * Compares a page of keys as both servers serialise them, with their expiries. Equal bytes are equal content, whatever
 * the order of a hash table; other bytes may be (another encoding). Values above 8 MiB are not serialised.
 */
export async function firstLook(
  servers: Servers,
  page: KeyPage,
  toleranceMs: number,
  budget: Budget,
): Promise<FirstLook> {
  const found: FirstLook = { source: 0, target: 0, suspects: [] };
  const [source, target] = await Promise.all([
    sizesOf(servers.source, page),
    sizesOf(servers.target, page),
  ]);
  const small: number[] = [];
  for (let i = 0; i < page.length; i++) {
    if (Math.max(source[i]!, target[i]!) <= LARGE_ABOVE) small.push(i);
    else {
      count(found, source[i]! > 0, target[i]! > 0);
      found.suspects.push(i);
    }
  }
  for (const { keys, bytes } of parcels(small, (i) => source[i]! + target[i]!)) {
    await budget.within(bytes, () => compareParcel(servers, page, keys, toleranceMs, found));
  }
  return found;
}

/** What each key takes in a server's memory; 0 where there is no such key. */
export async function sizesOf({ raw, dialect }: Server, page: KeyPage): Promise<number[]> {
  const { places } = page;
  if (!dialect.sizes) return places.map(() => ASSUMED_BYTES);
  const replies = await raw.ask(page.db, [page.commands([MEMORY_USAGE], places)]);
  return places.map(() => replies.integer() ?? 0);
}

/** Cuts keys into parcels of bounded size, in order. */
export function* parcels(
  keys: readonly number[],
  size: (key: number) => number,
): Generator<{ keys: number[]; bytes: number }> {
  let parcel: number[] = [];
  let bytes = 0;
  for (const key of keys) {
    if (parcel.length > 0 && bytes + size(key) > PARCEL_BYTES) {
      yield { keys: parcel, bytes };
      parcel = [];
      bytes = 0;
    }
    parcel.push(key);
    bytes += size(key);
  }
  if (parcel.length > 0) yield { keys: parcel, bytes };
}

async function compareParcel(
  servers: Servers,
  page: KeyPage,
  keys: readonly number[],
  toleranceMs: number,
  found: FirstLook,
): Promise<void> {
  const heads = [since7(servers) ? PEXPIRETIME : PTTL, DUMP];
  const asked = [page.commands(heads, keys)];
  const [source, target] = await Promise.all([
    servers.source.raw.ask(page.db, asked),
    servers.target.raw.ask(page.db, asked),
  ]);
  if (source.data.equals(target.data)) {
    const present = countValues(source, keys.length);
    found.source += present;
    found.target += present;
  } else compareEach(source, target, keys, toleranceMs, found);
}

function count(found: FirstLook, onSource: boolean, onTarget: boolean): void {
  if (onSource) found.source += 1;
  if (onSource && onTarget) found.target += 1;
}

function countValues(cursor: ReplyCursor, keys: number): number {
  let present = 0;
  for (let i = 0; i < keys; i++) {
    cursor.integer();
    if (cursor.bulk()) present += 1;
  }
  return present;
}

function compareEach(
  source: ReplyCursor,
  target: ReplyCursor,
  keys: readonly number[],
  toleranceMs: number,
  found: FirstLook,
): void {
  for (const key of keys) {
    const sameExpiry = expiriesAgree(source.integer()!, target.integer()!, toleranceMs);
    const [left, right] = [source.bulk(), target.bulk()];
    count(found, left !== undefined, right !== undefined);
    const same =
      left && right
        ? sameExpiry && sameValue(source.data, left, target.data, right)
        : left === right;
    if (!same) found.suspects.push(key);
  }
}

/** Negative ones (never, no such key) only agree with their like. */
export function expiriesAgree(source: number, target: number, toleranceMs: number): boolean {
  if (source < 0 || target < 0) return source === target;
  return Math.abs(source - target) <= toleranceMs;
}

function sameValue(source: Buffer, left: Bulk, target: Buffer, right: Bulk): boolean {
  const a = source.subarray(left.value, left.to - 2 - FOOTER);
  const b = target.subarray(right.value, right.to - 2 - FOOTER);
  return a.equals(b) || sameElements(a, b);
}
