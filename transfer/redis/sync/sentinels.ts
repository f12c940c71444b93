import { isOwn } from "./ownKeys.ts";

/** Sentinels that are waited for. */
export class Sentinels {
  readonly #seen = new Map<string, number | undefined>();
  readonly #onSeen: () => void;

  constructor(onSeen: () => void) {
    this.#onSeen = onSeen;
  }

  expect(name: string): void {
    this.#seen.set(name, undefined);
  }

  forget(name: string): void {
    this.#seen.delete(name);
  }

  /** When it came, by `performance.now()`; whatever was heard of before is older. */
  seenAt(name: string): number | undefined {
    return this.#seen.get(name);
  }

  /** To be called with every changed key, after it has become dirty. */
  notice(keys: readonly Buffer[]): void {
    if (this.#seen.size === 0) return;
    for (const key of keys) {
      const name = isOwn(key) ? key.toString("latin1") : "";
      if (!this.#seen.has(name)) continue;
      this.#seen.set(name, performance.now());
      this.#onSeen();
    }
  }
}
