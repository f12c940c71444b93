import { setTimeout as delay } from "node:timers/promises";
import type { DirtySet } from "../dirty.ts";
import type { CopyResult } from "../lane.ts";

/** A change that is older than this goes before the next slice of a scan. */
const TAIL_FIRST_AFTER_MS = 10;
/** A scan waits no longer than this for the tail: else it would never end on a source that is busy enough. */
const LONGEST_WAIT_MS = 100;
const LOOK_EVERY_MS = 2;
/** How long after a change the source counts as being written. */
const WRITTEN_FOR_MS = 1_000;
/** What a change may have to wait for: so many slices in the lane, each of about so many ms. */
const SLICES_BESIDE_TAIL = 2;
const SLICE_MS = 10;
const SMALLEST_SLICE = 50;
/** Weight of the last slice in the lane's measured speed. */
const SMOOTHING = 0.2;

type Copy = (db: number, keys: readonly Buffer[]) => Promise<CopyResult>;

/** Lets a scan use the lane only as far as the tail's lag allows. */
export class Gate {
  readonly #dirty: DirtySet;
  readonly #copy: Copy;
  #inFlight = 0;
  #writtenAt = -Infinity;
  /** How fast slices have gone; the first guess is a lane at its full speed. */
  #keysPerMs = 100;

  constructor(dirty: DirtySet, copy: Copy) {
    this.#dirty = dirty;
    this.#copy = copy;
  }

  /** Copies as the lane does, when it is the scan's turn; while the source is written, slice by slice. */
  async copy(db: number, keys: readonly Buffer[]): Promise<CopyResult> {
    let total: CopyResult = { copied: 0, removed: 0, bytes: 0, large: [] };
    for (let at = 0; at < keys.length;) {
      await this.#turn();
      const size = this.#isWritten() ? this.#sliceSize() : keys.length;
      total = sum(total, await this.#slice(db, keys.slice(at, at + size)));
      at += size;
    }
    return total;
  }

  async #slice(db: number, keys: readonly Buffer[]): Promise<CopyResult> {
    const began = performance.now();
    this.#inFlight += 1;
    try {
      return await this.#copy(db, keys);
    } finally {
      this.#inFlight -= 1;
      const speed = keys.length / (performance.now() - began);
      this.#keysPerMs += SMOOTHING * (speed - this.#keysPerMs);
    }
  }

  #sliceSize(): number {
    return Math.max(SMALLEST_SLICE, Math.round(this.#keysPerMs * SLICE_MS));
  }

  async #turn(): Promise<void> {
    const began = performance.now();
    while (performance.now() - began < LONGEST_WAIT_MS && this.#tailNeedsIt()) {
      await delay(LOOK_EVERY_MS);
    }
  }

  #tailNeedsIt(): boolean {
    const { oldest } = this.#dirty;
    const age = oldest === undefined ? 0 : performance.now() - oldest;
    if (age > TAIL_FIRST_AFTER_MS) return true;
    return this.#isWritten() && this.#inFlight >= SLICES_BESIDE_TAIL;
  }

  #isWritten(): boolean {
    const now = performance.now();
    if (this.#dirty.size > 0) this.#writtenAt = now;
    return now - this.#writtenAt < WRITTEN_FOR_MS;
  }
}

function sum(one: CopyResult, other: CopyResult): CopyResult {
  return {
    copied: one.copied + other.copied,
    removed: one.removed + other.removed,
    bytes: one.bytes + other.bytes,
    large: [...one.large, ...other.large],
  };
}
