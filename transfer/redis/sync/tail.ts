import type { DirtyKey, DirtySet } from "../dirty.ts";
import { LinkError } from "../errors.ts";
import type { CopyResult } from "../lane.ts";
import type { Databases } from "./databases.ts";
import type { Lanes } from "./lanes.ts";
import type { LargeKeys } from "./largeKeys.ts";
import type { Meter } from "./meter.ts";

/** Few enough to be quick, enough to fill a round trip. */
const BATCH = 512;
const BATCHES_IN_FLIGHT = 4;

interface Parts {
  readonly dirty: DirtySet;
  readonly lanes: Lanes;
  readonly databases: Databases;
  readonly large: LargeKeys;
  readonly meter: Meter;
  /** Changed keys have reached the target. */
  readonly onArrived: () => void;
}

/** Copies what is dirty, oldest first, as fast as the lane takes it. */
export class Tail {
  readonly #parts: Parts;
  #inFlight = 0;
  #freed: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Works until the signal; whatever is refused goes to `fail`. */
  async run(signal: AbortSignal, fail: (error: unknown) => void): Promise<void> {
    const { dirty } = this.#parts;
    for (;;) {
      await dirty.filled();
      if (signal.aborted) return;
      this.#inFlight += 1;
      void this.#copy(dirty.take(BATCH))
        .catch(fail)
        .finally(() => this.#free());
      while (this.#inFlight >= BATCHES_IN_FLIGHT) {
        await new Promise<void>((resolve) => (this.#freed = resolve));
      }
    }
  }

  #free(): void {
    this.#inFlight -= 1;
    this.#freed?.();
  }

  async #copy(batch: readonly DirtyKey[]): Promise<void> {
    const { dirty } = this.#parts;
    const free = batch.filter((key) => !this.#holdBack(key));
    try {
      const large = await this.#copyByDatabase(free);
      this.#acknowledge(free.filter((key) => !large.has(key)));
      for (const [key, copied] of large) void copied.then(() => this.#acknowledge([key]));
    } catch (error) {
      dirty.putBack(free);
      if (!(error instanceof LinkError)) throw error;
    }
  }

  /** A key that is being copied in pieces must wait for the end of that. */
  #holdBack(dirtyKey: DirtyKey): boolean {
    const busy = this.#parts.large.busyWith(dirtyKey.db, dirtyKey.key);
    void busy?.then(() => this.#parts.dirty.putBack([dirtyKey]));
    return busy !== undefined;
  }

  #acknowledge(keys: readonly DirtyKey[]): void {
    this.#parts.dirty.acknowledge(keys);
    this.#parts.meter.tailed(keys);
    this.#parts.onArrived();
  }

  /** Returns the keys that are too large for the lane, and when they will have been copied. */
  async #copyByDatabase(batch: readonly DirtyKey[]): Promise<Map<DirtyKey, Promise<unknown>>> {
    const { lanes } = this.#parts;
    const large = new Map<DirtyKey, Promise<unknown>>();
    const byDatabase = await this.#byDatabase(batch);
    const copies = [...byDatabase].map(async ([db, keys]) => {
      const names = keys.map(({ key }) => key);
      this.#addLarge(large, db, keys, await lanes.copy(db, names));
    });
    // All of them end before the keys are put back: a late one must not run beside its repetition.
    const failed = (await Promise.allSettled(copies)).find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
    return large;
  }

  #addLarge(
    large: Map<DirtyKey, Promise<unknown>>,
    db: number,
    keys: readonly DirtyKey[],
    result: CopyResult,
  ): void {
    for (const name of result.large) {
      const dirtyKey = keys.find(({ key }) => key.equals(name))!;
      const copied = this.#parts.large.add({ db, key: name });
      large.set(dirtyKey, Promise.all([large.get(dirtyKey), copied]));
    }
  }

  /** Where the server did not say which database, a key counts for every one in use. */
  async #byDatabase(batch: readonly DirtyKey[]): Promise<Map<number, DirtyKey[]>> {
    const anywhere = batch.some(({ db }) => db === undefined);
    const inUse = anywhere ? await this.#parts.databases.now() : [];
    const byDatabase = new Map<number, DirtyKey[]>();
    for (const dirtyKey of batch) {
      for (const db of dirtyKey.db === undefined ? inUse : [dirtyKey.db]) {
        const keys = byDatabase.get(db) ?? [];
        keys.push(dirtyKey);
        byDatabase.set(db, keys);
      }
    }
    return byDatabase;
  }
}
