import { createHash } from "node:crypto";
import { LARGE_ABOVE } from "../lane.ts";

/** Large keys that are told one by one. */
const TOLD = 20;
/** Samples must be quick to restore. */
const SAMPLE_BYTES = 64 * 1024;

/** A large key; its name is data, so only a digest of it is told. */
export interface LargeKey {
  readonly db: number;
  readonly type: string;
  readonly bytes: number;
  readonly keyDigest: string;
}

/** Counts keys as they are looked at. */
export class Tally {
  keys = 0;
  /** Memory that the keys take on the source. */
  bytes = 0;
  largeKeys = 0;
  readonly types: Record<string, number> = {};
  readonly databases: Record<number, number> = {};
  /** The largest first. */
  largest: LargeKey[] = [];
  /** One key of each type, small if there is one, to try on the target. */
  readonly samples = new Map<
    string,
    { readonly db: number; readonly key: Buffer; readonly bytes: number }
  >();

  add(db: number, key: Buffer, type: string, bytes: number): void {
    this.keys += 1;
    this.bytes += bytes;
    this.types[type] = (this.types[type] ?? 0) + 1;
    this.databases[db] = (this.databases[db] ?? 0) + 1;
    const sample = this.samples.get(type);
    if (!sample || (sample.bytes > SAMPLE_BYTES && bytes < sample.bytes)) {
      // A copy, so that the sample does not keep the whole page in memory.
      this.samples.set(type, { db, key: Buffer.from(key), bytes });
    }
    if (bytes > LARGE_ABOVE) this.#addLarge(db, key, type, bytes);
  }

  #addLarge(db: number, key: Buffer, type: string, bytes: number): void {
    this.largeKeys += 1;
    const keyDigest = createHash("sha256").update(key).digest("hex").slice(0, 16);
    this.largest.push({ db, type, bytes, keyDigest });
    this.largest.sort((a, b) => b.bytes - a.bytes).splice(TOLD);
  }
}
