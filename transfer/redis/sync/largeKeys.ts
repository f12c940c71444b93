import type { KeyPlace } from "../large.ts";

interface Waiting extends KeyPlace {
  readonly done: Promise<void>;
  readonly finish: () => void;
}

/** Keys too large for one command, copied one after the other in the background. */
export class LargeKeys {
  readonly #copy: (place: KeyPlace) => Promise<void>;
  readonly #fail: (error: unknown) => void;
  readonly #waiting = new Map<string, Waiting>();
  #current: Waiting | undefined;

  /** When `copy` rejects, `fail` is told and nothing more is copied. */
  constructor(copy: (place: KeyPlace) => Promise<void>, fail: (error: unknown) => void) {
    this.#copy = copy;
    this.#fail = fail;
  }

  /** Keys that wait or are being copied. */
  get size(): number {
    return this.#waiting.size + (this.#current ? 1 : 0);
  }

  /** Resolves when the key has been copied as it is now or later; the copy under way may have read it before. */
  async add(place: KeyPlace): Promise<void> {
    const name = nameOf(place);
    let entry = this.#waiting.get(name);
    if (!entry) {
      entry = { ...place, ...latch() };
      this.#waiting.set(name, entry);
      if (!this.#current) this.#work().catch(this.#fail);
    }
    await entry.done;
  }

  /** Resolves when this key is not being copied, in the database or, if undefined, in any. Undefined: it is not. */
  busyWith(db: number | undefined, key: Buffer): Promise<void> | undefined {
    const current = this.#current;
    if (!current || (db !== undefined && db !== current.db)) return undefined;
    return current.key.equals(key) ? current.done : undefined;
  }

  async #work(): Promise<void> {
    for (;;) {
      const [next] = this.#waiting;
      if (!next) break;
      const [name, entry] = next;
      this.#waiting.delete(name);
      this.#current = entry;
      await this.#copy(entry);
      this.#current = undefined;
      entry.finish();
    }
  }
}

function nameOf({ db, key }: KeyPlace): string {
  return `${db}:${key.toString("latin1")}`;
}

function latch(): { done: Promise<void>; finish: () => void } {
  let finish!: () => void;
  const done = new Promise<void>((resolve) => (finish = resolve));
  return { done, finish };
}
