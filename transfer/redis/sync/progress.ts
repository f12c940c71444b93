import type { DirtySet } from "../dirty.ts";
import type { LargeKeys } from "./largeKeys.ts";
import type { Rescans } from "./rescans.ts";
import type { Watching } from "./watching.ts";

interface Parts {
  readonly dirty: DirtySet;
  readonly rescans: Rescans;
  readonly large: LargeKeys;
  readonly watching: Watching;
}

const LOOK_EVERY_MS = 2;

/** Knows what is still on its way. */
export class Progress {
  /** Whether every key has been copied once. */
  complete = false;
  readonly #waiting = new Set<() => void>();
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get watched(): boolean {
    return this.#parts.watching.watcher !== undefined;
  }

  /** What is not on the target yet, in words. */
  get left(): string {
    const { dirty, rescans, large } = this.#parts;
    const parts = [
      this.complete ? "" : "the copy is not complete",
      this.watched ? "" : "the source cannot be watched",
      dirty.size > 0 ? `${dirty.size} changed keys` : "",
      rescans.completed < rescans.requested ? "a scan of what cannot be named" : "",
      large.size > 0 ? `${large.size} large keys` : "",
    ];
    return parts.filter(Boolean).join(", ") || "only the sentinel";
  }

  /** Whether all changes that we heard of up to `mark` are on the target, the first `requested` scans included. */
  isSettled(mark: number, requested: number): boolean {
    const { dirty, rescans } = this.#parts;
    if (rescans.completed < Math.max(requested, rescans.givenUp)) return false;
    return dirty.oldest === undefined || dirty.oldest > mark;
  }

  /**
   * Resolves when all that we heard of up to `mark` is on the target, and all scans that were necessary until now are
   * done.
   */
  async settled(mark: number, signal: AbortSignal): Promise<void> {
    const { rescans } = this.#parts;
    const { requested } = rescans;
    while (!this.complete || !this.isSettled(mark, requested)) {
      rescans.hurry();
      signal.throwIfAborted();
      await this.news();
    }
  }

  /** Something may have changed for whoever waits. */
  tell(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when something has changed, or a few milliseconds later, since scans do not tell. */
  async news(): Promise<void> {
    let wake!: () => void;
    const woken = new Promise<void>((resolve) => (wake = resolve));
    const timer = setTimeout(wake, LOOK_EVERY_MS);
    this.#waiting.add(wake);
    await woken;
    this.#waiting.delete(wake);
    clearTimeout(timer);
  }
}
