import { createHash } from "node:crypto";
import type { KeyPlace } from "../large.ts";
import type { Comparison, Difference, DifferenceKind } from "./types.ts";

const SAMPLE = 20;
/** Names kept for repair; what is above is only counted, so that memory stays bounded. */
const NAMES = 10_000;

/** What a comparison has found so far: everything is counted, names and samples are the first ones. */
export class Findings implements Comparison {
  source = 0;
  target = 0;
  differences = 0;
  changedSince = 0;
  readonly sample: Difference[] = [];
  readonly differing: KeyPlace[] = [];
  readonly #named = new Set<string>();

  /** A key that expires between the two directions of a comparison is found twice; it counts once. */
  addKey({ db, key }: KeyPlace, kind: DifferenceKind): void {
    const id = `${db} ${key.toString("latin1")}`;
    if (this.#named.has(id)) return;
    if (this.differing.length < NAMES) {
      this.#named.add(id);
      this.differing.push({ db, key });
    }
    if (kind === "only on target") this.target += 1;
    this.#add(db, key, kind);
  }

  addLibrary(name: string): void {
    this.#add(0, Buffer.from(name), "function library");
  }

  #add(db: number, name: Buffer, kind: DifferenceKind): void {
    this.differences += 1;
    if (this.sample.length < SAMPLE) this.sample.push({ db, kind, keyDigest: masked(name) });
  }
}

function masked(name: Buffer): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 16);
}
