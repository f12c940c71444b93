import { SlotSet, slotOf } from "./slots.ts";

/** A key that was changed on the source since it was last copied. */
export interface DirtyKey {
  /** Undefined: in any database. */
  readonly db: number | undefined;
  readonly key: Buffer;
  /** When we heard of the first change that is not yet copied, by `performance.now()`. */
  readonly since: number;
}

/** Slots by database; undefined stands for every database. */
export type Ranges = ReadonlyMap<number | undefined, SlotSet>;

export interface DirtyBounds {
  readonly keys: number;
  /** Bytes of the keys' names. */
  readonly bytes: number;
}

/** What may be held at most: about 150 MB of memory at the very worst, 60 MB with names of 40 bytes. */
export const DIRTY_BOUNDS: DirtyBounds = { keys: 500_000, bytes: 64 * 1024 * 1024 };

/** Names that are no longer than what a Node string may hold in one byte each keep their bytes in `latin1`. */
const BYTES = "latin1";

/**
 * Changed keys, oldest first, each once. What was taken counts as pending until it is acknowledged. Over its bound it
 * hands all that waits over as ranges to be scanned again, and is empty.
 */
export class DirtySet {
  readonly #bounds: DirtyBounds;
  readonly #onOverflow: (ranges: Ranges, since: number) => void;
  /** Names with their database's number in front; insertion order is age. */
  readonly #waiting = new Map<string, number>();
  /** Keys that were taken and could not be copied: older than all that waits. */
  #returned: DirtyKey[] = [];
  readonly #taken = new Set<DirtyKey>();
  #bytes = 0;
  #awake: (() => void) | undefined;

  constructor(
    onOverflow: (ranges: Ranges, since: number) => void,
    bounds: DirtyBounds = DIRTY_BOUNDS,
  ) {
    this.#onOverflow = onOverflow;
    this.#bounds = bounds;
  }

  /** Keys that wait or are being copied. */
  get size(): number {
    return this.#waiting.size + this.#returned.length + this.#taken.size;
  }

  /** When we heard of the oldest change that has not been copied; undefined when there is none. */
  get oldest(): number | undefined {
    let oldest = this.#waiting.values().next().value;
    for (const keys of [this.#returned, this.#taken]) {
      for (const { since } of keys) oldest = Math.min(oldest ?? since, since);
    }
    return oldest;
  }

  add(db: number | undefined, keys: readonly Buffer[], since = performance.now()): void {
    for (const key of keys) this.#add(nameOf(db, key), since);
    if (this.#isFull()) this.#overflow();
    if (keys.length > 0) this.#wake();
  }

  /** Takes the oldest keys, at most `limit`. */
  take(limit: number): DirtyKey[] {
    const batch = this.#returned.splice(0, limit);
    for (const [name, since] of this.#waiting) {
      if (batch.length >= limit) break;
      this.#waiting.delete(name);
      this.#bytes -= name.length;
      batch.push(keyOf(name, since));
    }
    for (const key of batch) this.#taken.add(key);
    return batch;
  }

  /** The target has acknowledged what was taken. */
  acknowledge(keys: readonly DirtyKey[]): void {
    for (const key of keys) this.#taken.delete(key);
  }

  /** What was taken could not be copied, or not yet: it will be taken again. */
  putBack(keys: readonly DirtyKey[]): void {
    for (const key of keys) this.#taken.delete(key);
    this.#returned.push(...keys);
    this.#wake();
  }

  /** Resolves when there is something to take. */
  async filled(): Promise<void> {
    while (this.#waiting.size + this.#returned.length === 0) {
      await new Promise<void>((resolve) => (this.#awake = resolve));
    }
  }

  #add(name: string, since: number): void {
    if (this.#waiting.has(name)) return;
    this.#waiting.set(name, since);
    this.#bytes += name.length;
  }

  #isFull(): boolean {
    return this.#waiting.size > this.#bounds.keys || this.#bytes > this.#bounds.bytes;
  }

  #overflow(): void {
    const ranges = new Map<number | undefined, SlotSet>();
    const [oldest = performance.now()] = this.#waiting.values();
    for (const name of this.#waiting.keys()) {
      const { db, key } = keyOf(name, 0);
      if (!ranges.has(db)) ranges.set(db, new SlotSet());
      ranges.get(db)!.add(slotOf(key));
    }
    this.#waiting.clear();
    this.#bytes = 0;
    this.#onOverflow(ranges, oldest);
  }

  #wake(): void {
    this.#awake?.();
    this.#awake = undefined;
  }
}

/** The database's number is the first character: 0 for any, else one more than it is. */
function nameOf(db: number | undefined, key: Buffer): string {
  return String.fromCharCode(db === undefined ? 0 : db + 1) + key.toString(BYTES);
}

function keyOf(name: string, since: number): DirtyKey {
  const first = name.charCodeAt(0);
  const db = first === 0 ? undefined : first - 1;
  return { db, key: Buffer.from(name.slice(1), BYTES), since };
}
