import type { BulkCheckpoint } from "../bulk.ts";
import type { LaneIdentity } from "../lane.ts";
import type { WatchPosition } from "../watch/watcher.ts";
import type { Lanes } from "./lanes.ts";
import type { Progress } from "./progress.ts";
import type { Rescans } from "./rescans.ts";
import type { Watching } from "./watching.ts";

/** From where a killed copy goes on. Plain JSON; holds no key's name. */
export interface SyncCheckpoint {
  /** Where the scan of the source stands; absent when none is under way. */
  readonly scan?: BulkCheckpoint | undefined;
  /** Whether every key has been copied once. */
  readonly complete: boolean;
  /** The lane in use: its commands must not run after those of the process that goes on. */
  readonly lane?: LaneIdentity | undefined;
  /**
   * All changes before this place are on the target. Only replication can go on from it; else everything is copied
   * once more.
   */
  readonly watch?: WatchPosition | undefined;
}

interface Parts {
  readonly lanes: Lanes;
  readonly progress: Progress;
  readonly rescans: Rescans;
  readonly watching: Watching;
}

/** A place in the source's stream, and what had been heard of up to there. */
interface Candidate {
  readonly position: WatchPosition;
  readonly mark: number;
  readonly requested: number;
}

type Keep = (checkpoint: SyncCheckpoint) => void | Promise<void>;

/** Keeps the checkpoint up to date. */
export class Checkpoints {
  scan: BulkCheckpoint | undefined;
  readonly #parts: Parts;
  readonly #keep: Keep | undefined;
  #saving: Promise<void> = Promise.resolve();
  #candidate: Candidate | undefined;
  #safe: WatchPosition | undefined;

  constructor(parts: Parts, keep: Keep | undefined) {
    this.#parts = parts;
    this.#keep = keep;
  }

  /** Hands the checkpoint over to be kept, one after the other. Rejects with what the keeper rejects with. */
  async save(): Promise<void> {
    const last = this.#saving;
    this.#saving = last.then(() => this.#keep?.(this.#now()));
    await this.#saving;
  }

  /** A place is safe once all that was heard of before it has arrived. */
  #now(): SyncCheckpoint {
    const { lanes, progress, rescans, watching } = this.#parts;
    const candidate = this.#candidate;
    if (candidate && progress.isSettled(candidate.mark, candidate.requested)) {
      this.#safe = candidate.position;
      this.#candidate = undefined;
    }
    const position = watching.watcher?.position?.();
    if (!this.#candidate && position) {
      this.#candidate = { position, mark: performance.now(), requested: rescans.requested };
    }
    const { complete } = progress;
    // What is to be scanned again is known to this process alone.
    const watch = rescans.completed === rescans.requested ? this.#safe : undefined;
    return { complete, scan: this.scan, lane: lanes.identity, watch };
  }
}
