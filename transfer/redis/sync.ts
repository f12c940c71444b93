import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Sentinel } from "../switch/tails.ts";
import type { LaneIdentity } from "./lane.ts";
import type { KeyPlace } from "./large.ts";
import { persist, persistFor } from "./sync/backoff.ts";
import { bothReached } from "./sync/reach.ts";
import { keepCopying } from "./sync/copying.ts";
import { drain, type Drained } from "./sync/drain.ts";
import type { Duties } from "./sync/duty.ts";
import { again, drainFenced, obstacleTo } from "./sync/fencedDrain.ts";
import type { LiveSyncOptions } from "./sync/options.ts";
import { withoutOwn } from "./sync/ownKeys.ts";
import { assemble, type Parts } from "./sync/parts.ts";
import { gapOf, standingOf, type Gap } from "./sync/standing.ts";
import type { SyncState } from "./sync/state.ts";
import { unlessAborted } from "./sync/unlessAborted.ts";
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
/** How long a tail that ends may take to end what it has under way. */
const RETIRE_MS = 1_000;
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
  #sentinel: string | undefined;
  readonly #beganAt = performance.now();
  #endedAt = 0;

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
    const standing = standingOf(this.#parts, this.#looked);
    return this.#stopping.signal.aborted ? { ...standing, phase: "stopped" } : standing;
  }

  /** Why the target cannot be drained to within moments; undefined: it can. */
  get gap(): Gap | undefined {
    const { signal } = this.#stopping;
    if (!signal.aborted) return gapOf(this.#parts, this.#beganAt);
    return { since: this.#endedAt, reason: (signal.reason as Error).message };
  }

  get duty(): Duties {
    return this.#parts.duty.now;
  }

  /** The server process that is watched; undefined while none is. */
  get watched(): string | undefined {
    return this.#parts.watching.watcher?.runId;
  }

  /** The connection by which it last wrote to the target. */
  get lane(): LaneIdentity | undefined {
    return this.#parts.lanes.identity;
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

  /** Resolves when both servers can be worked with: watched, and joined by a lane. Rejects after 30 s. */
  async ready(): Promise<void> {
    await bothReached(this.#parts, CONNECT_MS, this.#stopping.signal);
  }

  /** From now on a sentinel of this name is waited for; it replaces the last one. */
  expect(sentinel: string): void {
    const { sentinels } = this.#parts;
    if (this.#sentinel !== undefined) sentinels.forget(this.#sentinel);
    sentinels.expect((this.#sentinel = sentinel));
  }

  /** The drain of a switch: see `drainFenced`. */
  async drainFenced(
    sentinel: Sentinel,
    isDurable: (mark: Sentinel) => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<void> {
    const [parts, look] = [this.#parts, () => this.#look()];
    const either = AbortSignal.any([this.#stopping.signal, signal]);
    const draining = drainFenced({ parts, look, isDurable }, sentinel, either);
    await unlessAborted(draining, either);
  }

  /**
   * Ends what is under way to the target, and writes there no more until `apply`; what is heard is kept. Rejects when
   * that would take long, or when it is not certain that nothing can still arrive.
   */
  async rest(): Promise<void> {
    const { duty, lanes } = this.#parts;
    const obstacle = this.#stopping.signal.aborted ? "the tail has ended" : obstacleTo(this.#parts);
    if (obstacle) throw again(obstacle);
    await duty.note();
    if (!lanes.isOpen) throw again("the lane was lost while the tail came to rest");
  }

  /** Of a standby: keeps from this call on what it hears. Resolves when it knows of all databases in use. */
  async note(): Promise<void> {
    const { duty, databases } = this.#parts;
    await duty.note();
    await databases.learn();
  }

  /** Brings to the target what it has kept, and what it hears from now on. A successor knows its lane by then. */
  async apply(): Promise<void> {
    const { duty, checkpoints } = this.#parts;
    if (duty.now === "applying") return;
    await checkpoints.save();
    this.#stopping.signal.throwIfAborted();
    duty.apply();
  }

  /** Copies these keys once more; resolves when the target has acknowledged them. Rejects after 60 s. */
  async copyAgain(keys: readonly KeyPlace[]): Promise<void> {
    const { dirty, progress } = this.#parts;
    for (const { db, key } of keys) dirty.add(db, withoutOwn([key]));
    const mark = performance.now();
    await this.#within(DRAIN_TIMEOUT_MS, "Copying again", (signal) =>
      progress.settled(mark, signal),
    );
  }

  /** Ends it, at once; what is on its way may or may not arrive. */
  async stop(): Promise<void> {
    this.#end(STOPPED);
    await this.done.catch(() => undefined);
  }

  /** Ends it, so that nothing of it can reach the target any more. Rejects with `LinkError`; may be called again. */
  async retire(): Promise<void> {
    const { duty, lanes } = this.#parts;
    await Promise.race([duty.note(), delay(RETIRE_MS, undefined, { ref: false })]);
    await this.stop();
    await lanes.end();
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
    const connected = <T>(work: () => Promise<T>) => persistFor(CONNECT_MS, work, signal);
    await connected(() => this.#look());
    await connected(() => databases.learn());
    const resumed = await connected(() => watching.start(this.#watchedTo()));
    const fail = (error: unknown) => this.#fail(error);
    this.#tellStates();
    if (this.#options.standby) await this.ready();
    void tail.run(signal, fail);
    const onProgress = (keys: number, total: number) => (this.#looked = { keys, total });
    const [parts, options] = [this.#parts, this.#options];
    keepCopying({ parts, options, signal, resumed, onProgress }).catch(fail);
    this.#lookOut().catch(fail);
  }

  /** Up to where an earlier process has brought all changes, if it was this target that it brought them to. */
  #watchedTo(): WatchPosition | undefined {
    const { checkpoint } = this.#options;
    return checkpoint?.lane?.runId === this.#parts.target.runId ? checkpoint.watch : undefined;
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
    const { duty, lanes, checkpoints } = this.#parts;
    for (;;) {
      await delay(LOOK_EVERY_MS, undefined, { signal });
      await persist(() => this.#look(), signal);
      if (duty.now === "listening") await lanes.open();
      await checkpoints.save();
    }
  }

  async #look(): Promise<void> {
    const { duty, guard, watching } = this.#parts;
    if (duty.hears) await guard.look(watching.watcher?.seesAll ?? false);
    else await guard.remember();
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
      return await unlessAborted(work(signal), signal);
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

  #fail(error: unknown): void {
    this.#end(error);
  }

  #end(reason: unknown): void {
    if (!this.#stopping.signal.aborted) this.#endedAt = performance.now();
    this.#stopping.abort(reason);
  }
}
