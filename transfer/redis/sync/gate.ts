import { setTimeout as delay } from "node:timers/promises";
import type { DirtySet } from "../dirty.ts";
import type { CopyResult } from "../lane.ts";

/** A change that is older than this goes before the next page of a scan. */
const TAIL_FIRST_AFTER_MS = 10;
/** A scan waits no longer than this for the tail: else it would never end on a source that is busy enough. */
const LONGEST_WAIT_MS = 100;
const LOOK_EVERY_MS = 2;
/** Pages in the lane while there are changes: they are what a change may have to wait for. */
const PAGES_BESIDE_TAIL = 2;
/** How long after a change the source counts as being written. */
const WRITTEN_FOR_MS = 1_000;

type Copy = (db: number, keys: readonly Buffer[]) => Promise<CopyResult>;

/** Lets a scan use the lane only as far as the tail's lag allows. */
export class Gate {
  readonly #dirty: DirtySet;
  readonly #copy: Copy;
  #inFlight = 0;
  #writtenAt = -Infinity;

  constructor(dirty: DirtySet, copy: Copy) {
    this.#dirty = dirty;
    this.#copy = copy;
  }

  /** Copies as the lane does, when it is the scan's turn. */
  async copy(db: number, keys: readonly Buffer[]): Promise<CopyResult> {
    await this.#turn();
    this.#inFlight += 1;
    try {
      return await this.#copy(db, keys);
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #turn(): Promise<void> {
    const began = performance.now();
    while (performance.now() - began < LONGEST_WAIT_MS && this.#tailNeedsIt()) {
      await delay(LOOK_EVERY_MS);
    }
  }

  #tailNeedsIt(): boolean {
    const now = performance.now();
    const oldest = this.#dirty.oldest;
    if (oldest !== undefined) this.#writtenAt = now;
    if (oldest !== undefined && now - oldest > TAIL_FIRST_AFTER_MS) return true;
    return now - this.#writtenAt < WRITTEN_FOR_MS && this.#inFlight >= PAGES_BESIDE_TAIL;
  }
}
