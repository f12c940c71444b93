import { once, setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { BulkCheckpoint } from "./bulk.ts";
import { onSide, type LinkError } from "./errors.ts";
import { removeParts, type KeyPlace } from "./large.ts";
import { persist } from "./sync/backoff.ts";
import { drain, type Drained } from "./sync/drain.ts";
import type { LiveSyncOptions } from "./sync/options.ts";
import { assemble, type Parts } from "./sync/parts.ts";
import type { Lag, Phase, SyncState } from "./sync/state.ts";
import type { WatchPosition } from "./watch/watcher.ts";

export type { SyncCheckpoint } from "./sync/checkpoints.ts";
export type { Drained } from "./sync/drain.ts";
export type { LiveSyncOptions } from "./sync/options.ts";
export type { Lag, Phase, SyncState } from "./sync/state.ts";
export type { Tail } from "./watch/choose.ts";

const CONNECT_MS = 30_000;
const DRAIN_TIMEOUT_MS = 60_000;
const TELL_EVERY_MS = 250;
const LOOK_EVERY_MS = 1_000;
/** A target that is behind for longer than this does not count as following. */
const BEHIND_MS = 1_000;
/** Why the signal of a live copy was aborted by `stop`. */
const STOPPED = new Error("the live copy was stopped");

/**
 * Copies a live server to another and keeps it equal until it is told to stop. Lost connections, restarts and
 * failovers of either side are waited for and made good; what a server refuses ends it.
 */
export class LiveSync {
  /**
   * Resolves when it was stopped; rejects with `RefusedError`, the signal's reason or what `onCheckpoint` rejected
   * with.
   */
  readonly done: Promise<void>;
  readonly #options: LiveSyncOptions;
  readonly #stopping = new AbortController();
  readonly #parts: Parts;
  #looked = { keys: 0, total: 0 };

  private constructor(options: LiveSyncOptions) {
    this.#options = options;
    const { signal } = this.#stopping;
    setMaxListeners(0, signal);
    this.#parts = assemble(options, { signal, fail: (error) => this.#fail(error) });
    this.done = new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => {
        if (signal.reason === STOPPED) resolve();
        else reject(signal.reason as Error);
      });
    });
    // Whoever does not look at `done` learns of it from `state` and `drain`.
    this.done.catch(() => undefined);
  }

  /**
   * Resolves when the source is watched; the copy goes on in the background. Rejects with `RefusedError`, or with
   * `LinkError` when a server cannot be reached within 30 s.
   */
  static async start(options: LiveSyncOptions): Promise<LiveSync> {
    options.signal?.throwIfAborted();
    const live = new LiveSync(options);
    try {
      await live.#begin();
      return live;
    } catch (error) {
      live.#fail(error);
      throw error;
    }
  }

  state(): SyncState {
    const { watching, meter, large, lanes, rescans } = this.#parts;
    return {
      phase: this.#phase(),
      watch: watching.watcher?.kind,
      ...this.#looked,
      keysPerSecond: meter.rate(),
      changes: meter.keysTailed,
      lag: this.#lag(),
      rescans: rescans.reasons,
      reconnects: watching.losses + lanes.reconnects,
      largeKeys: large.size,
    };
  }

  /**
   * Resolves when everything that was written on the source before the call is on the target. Rejects when that is
   * not so within `timeoutMs` (60 s), naming what is left; the copy goes on.
   */
  async drain({ timeoutMs = DRAIN_TIMEOUT_MS }: { timeoutMs?: number } = {}): Promise<Drained> {
    const { meter, rescans } = this.#parts;
    const look = () => this.#look();
    const keysTailed = () => meter.keysTailed;
    const everythingAgain = (why: string) => rescans.request(undefined, why);
    return await this.#within(timeoutMs, "The drain", async (signal) => {
      return await drain({ ...this.#parts, look, keysTailed, everythingAgain }, signal);
    });
  }

  /** Copies these keys once more; resolves when the target has acknowledged them. Rejects after 60 s. */
  async copyAgain(keys: readonly KeyPlace[]): Promise<void> {
    const { dirty, progress } = this.#parts;
    for (const { db, key } of keys) dirty.add(db, [key]);
    const mark = performance.now();
    await this.#within(DRAIN_TIMEOUT_MS, "Copying again", (signal) =>
      progress.settled(mark, signal),
    );
  }

  /** Ends it, at once; what is on its way may or may not arrive. */
  async stop(): Promise<void> {
    this.#stopping.abort(STOPPED);
    await this.done.catch(() => undefined);
  }

  async #begin(): Promise<void> {
    const { signal } = this.#stopping;
    const { source, target, lanes, tail, watching, databases, pace } = this.#parts;
    signal.addEventListener("abort", () => {
      pace.stop();
      lanes.drop();
      source.drop();
      target.drop();
    });
    const asked = this.#options.signal;
    asked?.addEventListener("abort", () => this.#fail(asked.reason), { signal });
    // The first look only remembers: before anything is watched, so that nothing falls between.
    await this.#connected(() => this.#look());
    await this.#connected(() => databases.learn());
    const resumed = await this.#connected(() => watching.start(this.#watchedTo()));
    const fail = (error: unknown) => this.#fail(error);
    this.#tellStates();
    void tail.run(signal, fail);
    this.#copy(resumed).catch(fail);
    this.#lookOut().catch(fail);
  }

  /** Up to where an earlier process has brought all changes, if it was this target that it brought them to. */
  #watchedTo(): WatchPosition | undefined {
    const { checkpoint } = this.#options;
    return checkpoint?.lane?.runId === this.#parts.target.runId ? checkpoint.watch : undefined;
  }

  /** Copies everything, then whatever has to be scanned again. */
  async #copy(resumed: boolean): Promise<never> {
    const { progress, rescans, watching, copier } = this.#parts;
    const { checkpoint, startEqual } = this.#options;
    if (checkpoint) await this.#removeParts();
    if (!startEqual && !(resumed && checkpoint?.complete)) await this.#copyAll(resumed);
    progress.complete = true;
    for (;;) {
      await rescans.run(
        () => watching.armed(),
        (scope) => copier.rescan(scope),
      );
    }
  }

  async #copyAll(resumed: boolean): Promise<void> {
    const { source, copier, checkpoints, carryPrograms } = this.#parts;
    const { scan } = this.#options.checkpoint ?? {};
    // A cursor means nothing to another process.
    const from = scan?.runId === source.runId ? scan : undefined;
    await carryPrograms();
    const onPosition = (position: BulkCheckpoint) => (checkpoints.scan = position);
    const onProgress = (keys: number, total: number) => (this.#looked = { keys, total });
    await copier.pass({ from, onPosition, onProgress });
    await copier.extras();
    // What an earlier process has copied may have changed while nobody watched.
    if (from && !resumed) await copier.pass({ until: from, onPosition });
    checkpoints.scan = undefined;
  }

  async #removeParts(): Promise<void> {
    const { target } = this.#options;
    await persist(() => onSide("target", removeParts(target)), this.#stopping.signal);
  }

  #tellStates(): void {
    const { onState } = this.#options;
    if (!onState) return;
    const telling = setInterval(() => onState(this.state()), TELL_EVERY_MS);
    this.#stopping.signal.addEventListener("abort", () => clearInterval(telling));
  }

  /** Looks for what the watcher does not see, and saves how far it is. */
  async #lookOut(): Promise<never> {
    const { signal } = this.#stopping;
    const { checkpoints } = this.#parts;
    for (;;) {
      await delay(LOOK_EVERY_MS, undefined, { signal });
      await persist(() => this.#look(), signal);
      await checkpoints.save();
    }
  }

  async #look(): Promise<void> {
    const { guard, watching } = this.#parts;
    await guard.look(watching.watcher?.seesAll ?? false);
  }

  /** Does work over links that may fail for a while. */
  async #connected<T>(work: () => Promise<T>): Promise<T> {
    let failure: LinkError | undefined;
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(CONNECT_MS)]);
    try {
      return await persist(work, signal, (error) => (failure = error));
    } catch (error) {
      if (signal.aborted && failure && !this.#stopping.signal.aborted) throw failure;
      throw error;
    }
  }

  async #within<T>(
    timeoutMs: number,
    what: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const ended = this.#stopping.signal;
    const late = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([ended, late]);
    try {
      return await Promise.race([work(signal), aborted(signal)]);
    } catch (error) {
      ended.throwIfAborted();
      if (!late.aborted) throw error;
      throw new Error(
        `${what} was not through after ${timeoutMs} ms: still on the way are ${this.#parts.progress.left}. ` +
          "The live copy goes on.",
        { cause: error },
      );
    }
  }

  #phase(): Phase {
    const { progress, rescans, watching } = this.#parts;
    if (this.#stopping.signal.aborted) return "stopped";
    if (!progress.complete) return "copying";
    const behind = rescans.since !== undefined || this.#lag().ms > BEHIND_MS;
    return behind || !watching.watcher ? "catching-up" : "live";
  }

  #lag(): Lag {
    const { dirty, rescans, progress, lanes, meter, watching, guard } = this.#parts;
    const now = performance.now();
    const unnamed = progress.complete ? rescans.since : undefined;
    const oldest = Math.min(dirty.oldest ?? now, unnamed ?? now);
    const read = watching.watcher?.position?.().offset;
    const unread = read === undefined ? 0 : Math.max(0, guard.sourceOffset - read);
    const bytes = lanes.bytesInFlight + unread;
    return { keys: dirty.size, bytes, ms: now - oldest, p99Ms: meter.lagP99() };
  }

  #fail(error: unknown): void {
    this.#stopping.abort(error);
  }
}

async function aborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, "abort");
  throw signal.reason;
}
