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
  /** All changes before this place are on the target. Only replication can go on from it; else everything is copied once more. */
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

/** Keeps the checkpoint up to date. */
export class Checkpoints {
  scan: BulkCheckpoint | undefined;
  readonly #parts: Parts;
  #candidate: Candidate | undefined;
  #safe: WatchPosition | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** To be called now and then; a place is safe once all that was heard of before it has arrived. */
  now(): SyncCheckpoint {
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
    return { complete, scan: this.scan, lane: lanes.identity, watch: this.#safe };
  }

  /** What was safe is so no more: changes were missed. */
  missed(): void {
    this.#candidate = this.#safe = undefined;
  }
}
