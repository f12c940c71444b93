import { slotOf, SlotSet } from "../slots.ts";
import type { Ranges } from "../dirty.ts";

/**
 * Streams are scanned again after nine times as long as the last scan took: consumers that never rest cost the source
 * a tenth.
 */
const STREAMS_REST = 9;

/** What is to be scanned again. */
export class Scope {
  /** Whole databases; undefined stands for all of them. */
  readonly databases = new Set<number | undefined>();
  readonly ranges = new Map<number | undefined, SlotSet>();
  streams = false;

  /** Whether there is more to scan than streams. */
  get hasKeys(): boolean {
    return this.databases.size + this.ranges.size > 0;
  }

  get isEmpty(): boolean {
    return !this.hasKeys && !this.streams;
  }

  has(db: number, key: Buffer): boolean {
    if (this.databases.has(undefined) || this.databases.has(db)) return true;
    if (this.ranges.size === 0) return false;
    const slot = slotOf(key);
    return this.ranges.get(db)?.has(slot) || this.ranges.get(undefined)?.has(slot) || false;
  }
}

/** What has to be scanned again, merged until somebody does it. */
export class Rescans {
  readonly #counts = new Map<string, number>();
  #scope = new Scope();
  #running = false;
  #requested = 0;
  #completed = 0;
  #givenUp = 0;
  #streamsAfter = 0;
  #since: number | undefined;
  #why = "";
  #awake: (() => void) | undefined;

  /** How often it was necessary, by reason. */
  get reasons(): { readonly reason: string; readonly count: number }[] {
    return [...this.#counts].map(([reason, count]) => ({ reason, count }));
  }

  /** The last request that stands for keys which were known by name: they are not copied before it is done. */
  get givenUp(): number {
    return this.#givenUp;
  }

  /** Requests so far: all of them are done once `completed` is as high. */
  get requested(): number {
    return this.#requested;
  }

  get completed(): number {
    return this.#completed;
  }

  /** Since when keys are known to be behind that nobody can name; streams' groups not counted. */
  get since(): number | undefined {
    return this.#since;
  }

  /** Why keys are behind; the latest reason. */
  get why(): string {
    return this.#why;
  }

  /** Everything in one database, or in all. */
  request(db: number | undefined, reason: string): void {
    this.#scope.databases.add(db);
    this.#why = reason;
    this.#count(reason);
    this.#since ??= performance.now();
  }

  /** Ranges in which changed keys are whose names were given up, `since` when. */
  requestRanges(ranges: Ranges, since: number, reason: string): void {
    for (const [db, slots] of ranges) {
      if (!this.#scope.ranges.has(db)) this.#scope.ranges.set(db, new SlotSet());
      this.#scope.ranges.get(db)!.addAll(slots);
    }
    this.#count(reason);
    this.#why = reason;
    this.#since = Math.min(this.#since ?? since, since);
    this.#givenUp = this.#requested;
  }

  /** All streams, when it is their turn. */
  requestStreams(): void {
    this.#scope.streams = true;
    this.#count("consumer groups changed");
  }

  /** Streams are to be scanned now, because somebody waits. */
  hurry(): void {
    this.#streamsAfter = 0;
    this.#awake?.();
  }

  /** Resolves when there is something to scan, after `ready`; what comes up meanwhile is part of it. */
  async run(ready: () => Promise<void>, scan: (scope: Scope) => Promise<void>): Promise<void> {
    await this.#due();
    await ready();
    const [scope, requested, since] = [this.#scope, this.#requested, this.#since];
    this.#scope = new Scope();
    this.#running = true;
    const began = performance.now();
    await scan(scope);
    this.#running = false;
    if (scope.streams) {
      this.#streamsAfter = performance.now() + STREAMS_REST * (performance.now() - began);
    }
    this.#completed = requested;
    if (this.#since === since) this.#since = this.#scope.hasKeys ? performance.now() : undefined;
  }

  get running(): boolean {
    return this.#running;
  }

  async #due(): Promise<void> {
    while (!this.#scope.hasKeys) {
      const wait = this.#scope.streams ? this.#streamsAfter - performance.now() : undefined;
      if (wait !== undefined && wait <= 0) return;
      await this.#woken(wait);
    }
  }

  async #woken(withinMs: number | undefined): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#awake = resolve;
      if (withinMs !== undefined) timer = setTimeout(resolve, withinMs);
    });
    clearTimeout(timer);
  }

  #count(reason: string): void {
    this.#requested += 1;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    this.#awake?.();
  }
}
