import { RedisConnection } from "../connection.ts";
import { onSide } from "../errors.ts";
import { isPart } from "../large.ts";
import { scanServer, type ScanPosition } from "../scan.ts";
import { isOwn } from "./ownKeys.ts";
import type { Server } from "./server.ts";

interface Sides {
  readonly source: Server;
  readonly target: Server;
}

interface Work {
  /** Keys to look at. */
  wanted(db: number, key: Buffer): boolean;
  /** Whether parts of large keys may be in use on the target. */
  partsInUse(): boolean;
  /** Makes these keys on the target what they are on the source: nothing. */
  remove(db: number, keys: readonly Buffer[]): Promise<unknown>;
}

/** Where a scan of the target stands, so that it can go on over another connection. */
export interface ExtrasPosition {
  readonly runId: string;
  next: ScanPosition | undefined;
}

/** Removes keys that only the target has. Rejects with `LinkError`; goes on from `position` when called again. */
export async function removeExtras(
  { source, target }: Sides,
  work: Work,
  position: ExtrasPosition,
): Promise<void> {
  const from = position.runId === target.runId ? position.next : undefined;
  const connection = await onSide("target", RedisConnection.open(target.address));
  try {
    const batches = scanServer(connection, from)[Symbol.asyncIterator]();
    for (;;) {
      const page = await onSide("target", batches.next());
      if (page.done) return;
      const { db, keys, next } = page.value;
      const names = keys.filter((key) => isRemovable(key, work) && work.wanted(db, key));
      const missing = await missingOn(source, db, names);
      if (missing.length > 0) await work.remove(db, missing);
      position.next = next;
    }
  } finally {
    connection.close();
  }
}

/** Of our own only what a killed copy left of a large key. */
function isRemovable(key: Buffer, work: Work): boolean {
  return !isOwn(key) || (isPart(key) && !work.partsInUse());
}

/** One EXISTS for all; one for each only if some are missing. */
async function missingOn(source: Server, db: number, keys: readonly Buffer[]): Promise<Buffer[]> {
  if (keys.length === 0) return [];
  const [found] = await source.ask(db, ["EXISTS", ...keys]);
  if (found === keys.length) return [];
  const each = await source.ask(db, ...keys.map((key) => ["EXISTS", key]));
  return keys.filter((_, i) => each[i] === 0);
}
