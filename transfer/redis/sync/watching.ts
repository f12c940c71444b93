import { LinkError } from "../errors.ts";
import type { OpenWatcher, WatchEvents, WatchPosition, Watcher } from "../watch/watcher.ts";
import { persist } from "./backoff.ts";
import type { Server } from "./server.ts";

export interface WatchingEvents extends Pick<WatchEvents, "changed" | "flushed"> {
  /** Changes were missed; everything that is told from now on is complete again. */
  missed(why: string): void;
  /** The watcher cannot be had any more. */
  refused(error: unknown): void;
}

/** The watcher in use, opened again whenever it was lost. */
export class Watching {
  readonly #source: Server;
  readonly #open: OpenWatcher;
  readonly #events: WatchingEvents;
  readonly #signal: AbortSignal;
  #watcher: Watcher | undefined;
  #position: WatchPosition | undefined;
  #rearming: Promise<void> = Promise.resolve();
  #losses = 0;
  #lostAt = 0;

  constructor(source: Server, open: OpenWatcher, events: WatchingEvents, signal: AbortSignal) {
    this.#source = source;
    this.#open = open;
    this.#events = events;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#watcher?.close());
  }

  /** Undefined while there is none. */
  get watcher(): Watcher | undefined {
    return this.#watcher;
  }

  /** How often it was lost. */
  get losses(): number {
    return this.#losses;
  }

  /** When it was lost last, by `performance.now()`. */
  get lostAt(): number {
    return this.#lostAt;
  }

  /**
   * Opens the first watcher. Resolves with whether it goes on `from` where an earlier process has seen everything up
   * to.
   */
  async start(from: WatchPosition | undefined): Promise<boolean> {
    this.#position = from;
    return await persist(() => this.#arm(), this.#signal);
  }

  /** Resolves when there is a watcher. */
  async armed(): Promise<void> {
    while (!this.#watcher) {
      this.#signal.throwIfAborted();
      await this.#rearming;
    }
  }

  /** The server at the name is another, or was for a while. */
  drop(why: string): void {
    const watcher = this.#watcher;
    if (!watcher) return;
    watcher.close();
    this.#lost(watcher, why);
  }

  #lost(watcher: Watcher, why: string): void {
    if (this.#watcher !== watcher || this.#signal.aborted) return;
    this.#position = watcher.position?.();
    this.#watcher = undefined;
    this.#losses += 1;
    this.#lostAt = performance.now();
    this.#rearming = this.#rearm(why);
  }

  async #rearm(why: string): Promise<void> {
    try {
      const resumed = await persist(() => this.#arm(), this.#signal);
      if (!resumed) this.#events.missed(`the watch was lost: ${why}`);
    } catch (error) {
      if (!this.#signal.aborted) this.#events.refused(error);
    }
  }

  async #arm(): Promise<boolean> {
    await this.#source.inspect();
    let opened: Watcher | undefined;
    let lostEarly: string | undefined;
    const { changed, flushed } = this.#events;
    const lost = (why: string) => {
      if (opened) this.#lost(opened, why);
      else lostEarly = why;
    };
    const from = this.#position;
    const { watcher, resumed } = await this.#open(
      this.#source.address,
      { changed, flushed, lost },
      from,
    );
    if (lostEarly !== undefined || watcher.runId !== this.#source.runId || this.#signal.aborted) {
      watcher.close();
      throw new LinkError("source", lostEarly ?? "another server answers than a moment ago");
    }
    this.#watcher = opened = watcher;
    // A promoted replica goes on with the stream, but what was copied may be newer than what it has.
    return resumed && from?.runId === watcher.runId;
  }
}
