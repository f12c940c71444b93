import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Queryable } from "../locks.ts";

const RETRY_AFTER_MS = 500;

/** A mover's way to its engine's database, whichever connection that is at the moment. */
export class EngineLine {
  #connected: Promise<Queryable>;
  #isConnected = false;
  #connect: (db: Queryable) => void = () => undefined;
  readonly #closing: AbortSignal;
  readonly #onTrouble: (error: unknown) => void;

  /** What waits for the database gives up when `closing` is aborted. */
  constructor(closing: AbortSignal, onTrouble: (error: unknown) => void) {
    this.#closing = closing;
    // Every job may wait for the database at once.
    setMaxListeners(0, closing);
    this.#onTrouble = onTrouble;
    this.#connected = this.#later();
  }

  connect(db: Queryable): void {
    this.#connect(db);
    this.#connected = Promise.resolve(db);
    this.#isConnected = true;
  }

  /** Has no effect on who waits for a connection already. */
  disconnect(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#connected = this.#later();
  }

  /** Does `work`, as often as it takes: it must not matter when it is done twice. Rejects when the mover closes. */
  async persist<T>(work: (db: Queryable) => Promise<T>): Promise<T> {
    for (;;) {
      const db = await this.#unlessClosing(this.#connected);
      try {
        return await work(db);
      } catch (error) {
        this.#onTrouble(error);
        // The mover's own look notices a lost database, and connects again.
        await delay(RETRY_AFTER_MS, undefined, { signal: this.#closing });
      }
    }
  }

  #later(): Promise<Queryable> {
    return new Promise((resolve) => (this.#connect = resolve));
  }

  async #unlessClosing<T>(promise: Promise<T>): Promise<T> {
    const closing = this.#closing;
    closing.throwIfAborted();
    let give: () => void = () => undefined;
    const closed = new Promise<never>((_, reject) => {
      give = () => reject(closing.reason as Error);
      closing.addEventListener("abort", give);
    });
    return await Promise.race([promise, closed]).finally(() =>
      closing.removeEventListener("abort", give),
    );
  }
}
