import { createHash } from "node:crypto";
import { RedisConnection, type RedisAddress } from "./connection.ts";
import { contentDigest, readEntries, type Entry } from "./content.ts";
import { scanServer, type KeyBatch } from "./scan.ts";

export type DifferenceKind = "missing on target" | "only on target" | "value" | "expiry";

export interface Difference {
  readonly db: number;
  readonly kind: DifferenceKind;
  /** The key's name is data: only its digest may leave the process. */
  readonly keyDigest: string;
}

export interface Comparison {
  /** Keys on each side, both looked at in the same moment; what has expired by then is no key. */
  readonly source: number;
  readonly target: number;
  readonly differences: number;
  /** The first differences found. */
  readonly sample: readonly Difference[];
}

export interface CompareOptions {
  /** By how much an expiry may differ, in ms. */
  readonly expiryToleranceMs?: number;
  readonly signal?: AbortSignal;
  onProgress?(keys: number): void;
}

interface Suspect {
  readonly db: number;
  readonly key: Buffer;
}

interface Pair {
  readonly source: RedisConnection;
  readonly target: RedisConnection;
}

const SAMPLE = 20;
const DEFAULT_TOLERANCE_MS = 1_000;

/**
 * Compares two servers by content, both ways: every key of the source must be on the target with the same value
 * and expiry, and the target may hold no other. What differs at first look is looked at again, so that a key
 * that expired in between is no difference.
 */
export async function compareServers(
  sourceAddress: RedisAddress,
  targetAddress: RedisAddress,
  options: CompareOptions = {},
): Promise<Comparison> {
  const source = await RedisConnection.open(sourceAddress);
  const target = await RedisConnection.open(targetAddress).catch((error: unknown) => {
    source.close();
    throw error;
  });
  try {
    return await compare({ source, target }, options);
  } finally {
    source.close();
    target.close();
  }
}

async function compare(pair: Pair, options: CompareOptions): Promise<Comparison> {
  const count = { source: 0, target: 0 };
  const suspects = [
    ...(await scanFor(pair.source, options, (batch) => differingIn(pair, batch, count, options))),
    ...(await scanFor(pair.target, options, (batch) => missingOnSource(pair, batch))),
  ];
  const differences: Difference[] = [];
  for (const suspect of unique(suspects)) {
    const kind = await lookAgain(pair, suspect, options);
    if (kind) differences.push({ db: suspect.db, kind, keyDigest: digestOf(suspect.key) });
    if (kind === "only on target") count.target += 1;
  }
  return {
    ...count,
    differences: differences.length,
    sample: differences.slice(0, SAMPLE),
  };
}

async function scanFor(
  connection: RedisConnection,
  options: CompareOptions,
  look: (batch: KeyBatch) => Promise<Suspect[]>,
): Promise<Suspect[]> {
  const suspects: Suspect[] = [];
  let seen = 0;
  for await (const batch of scanServer(connection)) {
    options.signal?.throwIfAborted();
    suspects.push(...(await look(batch)));
    options.onProgress?.((seen += batch.keys.length));
  }
  return suspects;
}

async function differingIn(
  pair: Pair,
  batch: KeyBatch,
  count: { source: number; target: number },
  options: CompareOptions,
): Promise<Suspect[]> {
  const { db, keys } = batch;
  const [onSource, onTarget] = await Promise.all([
    readEntries(pair.source, db, keys),
    readEntries(pair.target, db, keys),
  ]);
  count.source += onSource.filter(({ dump }) => dump).length;
  count.target += onTarget.filter(({ dump }) => dump).length;
  const differs = (i: number) => !sameEntry(onSource[i]!, onTarget[i]!, options);
  return keys.flatMap((key, i) => (differs(i) ? [{ db, key }] : []));
}

async function missingOnSource(pair: Pair, { db, keys }: KeyBatch): Promise<Suspect[]> {
  const [, ...exists] = await pair.source.batch([
    ["SELECT", db],
    ...keys.map((key) => ["EXISTS", key] as const),
  ]);
  return keys.flatMap((key, i) => (exists[i] === 1 ? [] : [{ db, key }]));
}

async function lookAgain(
  pair: Pair,
  { db, key }: Suspect,
  options: CompareOptions,
): Promise<DifferenceKind | undefined> {
  const [[source], [target]] = await Promise.all([
    readEntries(pair.source, db, [key]),
    readEntries(pair.target, db, [key]),
  ]);
  if (!source!.dump && !target!.dump) return undefined;
  if (!source!.dump) return "only on target";
  if (!target!.dump) return "missing on target";
  if (!sameExpiry(source!, target!, options)) return "expiry";
  if (source!.dump.equals(target!.dump)) return undefined;
  const [a, b] = await Promise.all([
    contentDigest(pair.source, db, key),
    contentDigest(pair.target, db, key),
  ]);
  return a === b ? undefined : "value";
}

function sameEntry(source: Entry, target: Entry, options: CompareOptions): boolean {
  if (!source.dump || !target.dump) return source.dump === target.dump;
  return source.dump.equals(target.dump) && sameExpiry(source, target, options);
}

function sameExpiry(source: Entry, target: Entry, options: CompareOptions): boolean {
  if (source.expiresAt < 0 || target.expiresAt < 0) return source.expiresAt === target.expiresAt;
  const tolerance = options.expiryToleranceMs ?? DEFAULT_TOLERANCE_MS;
  return Math.abs(source.expiresAt - target.expiresAt) <= tolerance;
}

function unique(suspects: readonly Suspect[]): Suspect[] {
  const byName = new Map(suspects.map((s) => [`${s.db}:${s.key.toString("latin1")}`, s]));
  return [...byName.values()];
}

function digestOf(key: Buffer): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 16);
}
