import { randomUUID } from "node:crypto";
import { markIsDurable } from "../switch/mark.ts";
import { other, type Side } from "../switch/protocol.ts";
import type { Sentinel, Tails } from "../switch/tails.ts";
import type { KeyPlace } from "./large.ts";
import type { PairOptions, PairState } from "./pair/options.ts";
import { ownName } from "./sentinel.ts";
import { LiveSync, type Drained, type LiveSyncOptions } from "./sync.ts";
import { again } from "./sync/fencedDrain.ts";
import { unlessAborted } from "./sync/unlessAborted.ts";

export type { PairOptions, PairState } from "./pair/options.ts";

/** The source forgets a sentinel by itself, and the target its copy. */
const SENTINEL_KEPT_MS = 60_000;

/**
 * The two tails of a move: one applies toward the side that does not own the traffic, the opposite one stands by from
 * `prepare` on. Which one applies is decided by `#hand` and nowhere else.
 */
export class TailPair implements Tails {
  /** Resolves when it was stopped; rejects when the applying tail cannot go on, as `LiveSync.done` does. */
  readonly done: Promise<void>;
  readonly #options: PairOptions;
  #end!: { resolve(): void; reject(error: unknown): void };
  #failure: Error | undefined;
  #toward: Side;
  #applying!: LiveSync;
  #standby: LiveSync | undefined;
  /** The applying tail was begun by an `arm` of sides that are not equal, and has not come to rest since. */
  #anew = false;
  /** Aborted when the tails are armed: whatever a switch has under way is given up. */
  #attempt = new AbortController();
  #preparing: Promise<void> | undefined;
  #arming: Promise<void> = Promise.resolve();

  private constructor(options: PairOptions) {
    this.#options = options;
    this.#toward = options.toward;
    this.done = new Promise((resolve, reject) => (this.#end = { resolve, reject }));
    // Whoever does not look at `done` learns of it from `state` and `drain`.
    this.done.catch(() => undefined);
  }

  /** Resolves when the tail toward `toward` has begun. Rejects as `LiveSync.start` does. */
  static async start(options: PairOptions): Promise<TailPair> {
    const pair = new TailPair(options);
    const { toward, startEqual, checkpoint } = options;
    pair.#hand(toward, await pair.#open(toward, { startEqual, checkpoint }));
    return pair;
  }

  get toward(): Side {
    return this.#toward;
  }

  state(): PairState {
    const { gap } = this.#applying;
    const state = { ...this.#applying.state(), toward: this.#toward, rollbackLossless: !gap };
    if (!gap) return state;
    const since = new Date(Date.now() - (performance.now() - gap.since)).toISOString();
    return { ...state, rollbackGap: { since, reason: gap.reason } };
  }

  /** Outside a switch, with nothing paused: everything written before the call has arrived. See `LiveSync.drain`. */
  async catchUp(options: { timeoutMs?: number } = {}): Promise<Drained> {
    return await this.#applying.drain(options);
  }

  /** Copies these keys once more, by the applying tail. See `LiveSync.copyAgain`. */
  async copyAgain(keys: readonly KeyPlace[]): Promise<void> {
    await this.#applying.copyAgain(keys);
  }

  /** See `Tails`. Rejects with `LinkError` or `RefusedError`; the applying tail is not touched by that. */
  async prepare(): Promise<void> {
    this.#preparing ??= this.#untilArmed((givenUp) => this.#standBy(givenUp)).finally(
      () => (this.#preparing = undefined),
    );
    await this.#preparing;
  }

  expectSentinel(): Sentinel {
    const key = ownName("sentinel");
    this.#applying.expect(key);
    return { key, value: randomUUID(), ttlMs: SENTINEL_KEPT_MS };
  }

  async drain(sentinel: Sentinel, signal: AbortSignal): Promise<void> {
    const { [this.#toward]: address, replicas, patience } = this.#options;
    const durable = { ...patience, address: () => address, replicas: replicas[this.#toward] };
    const isDurable = ({ key, value }: Sentinel) => markIsDurable(durable, key, value);
    await this.#untilArmed(async (givenUp) => {
      const either = AbortSignal.any([signal, givenUp]);
      await this.#applying.drainFenced(sentinel, isDurable, either);
    });
  }

  async turn(): Promise<void> {
    await this.#untilArmed(async (givenUp) => {
      const standby = this.#armedStandby();
      await this.#applying.rest();
      givenUp.throwIfAborted();
      await standby.note();
    });
  }

  async arm(toward: Side, equal: boolean): Promise<void> {
    this.#attempt.abort(again("what was under way is given up: the tails are being armed"));
    this.#attempt = new AbortController();
    const before = this.#arming.catch(() => undefined);
    this.#arming = before.then(() => this.#arm(toward, equal));
    await this.#arming;
  }

  /** Ends both tails, at once. */
  async stop(): Promise<void> {
    this.#failure ??= new Error("the tails were stopped");
    this.#attempt.abort(this.#failure);
    await Promise.all([this.#applying.stop(), this.#dismiss()]);
    this.#end.resolve();
  }

  async #standBy(givenUp: AbortSignal): Promise<void> {
    if (this.#standby) return await this.#standby.ready();
    const standby = await this.#openUnless(givenUp);
    if (givenUp.aborted) return await standby.stop();
    this.#standby = standby;
    standby.done.catch(() => {
      if (this.#standby === standby) this.#standby = undefined;
    });
  }

  /** Given up while it is being opened, it comes to nothing; opened, it lives as long as the pair wants it. */
  async #openUnless(givenUp: AbortSignal): Promise<LiveSync> {
    const opening = new AbortController();
    const giveUp = () => opening.abort(givenUp.reason);
    givenUp.addEventListener("abort", giveUp);
    const { signal } = this.#options;
    const either = signal ? AbortSignal.any([signal, opening.signal]) : opening.signal;
    try {
      const how = { startEqual: true, standby: true, signal: either };
      return await this.#open(other(this.#toward), how);
    } finally {
      givenUp.removeEventListener("abort", giveUp);
    }
  }

  /** It must watch the very server that the applying tail has written to. */
  #armedStandby(): LiveSync {
    const [standby, side] = [this.#standby, this.#toward];
    if (!standby?.watched) throw again(`the ${side} is not watched at the moment`);
    if (standby.watched === this.#applying.lane?.runId) return standby;
    throw again(`another server is watched as the ${side} than the one that was copied to`);
  }

  async #arm(toward: Side, equal: boolean): Promise<void> {
    if (this.#failure) throw this.#failure;
    const turned = this.#applying.duty !== "applying";
    const same = toward === this.#toward;
    if (same && !turned && (equal || this.#anew)) return;
    const noted = this.#standby?.duty === "noting" ? this.#standby : undefined;
    if (!equal || (!same && turned && !noted)) await this.#beginAnew(toward);
    else if (same) await this.#goOn();
    else await this.#changeOver(toward, noted);
  }

  /** The traffic stayed: what the resting tail has noted is all there is to do. */
  async #goOn(): Promise<void> {
    this.#anew = false;
    await this.#dismiss();
    await this.#applying.apply();
  }

  /** `noted`: the standby that has kept all changes since the turn. None: the caller knows that there were none. */
  async #changeOver(toward: Side, noted: LiveSync | undefined): Promise<void> {
    if (!noted) await this.#dismiss();
    // At rest since the turn, it has nothing under way.
    await (noted ? this.#applying.stop() : this.#applying.retire());
    const next = noted ?? (await this.#open(toward, { startEqual: true }));
    this.#standby = undefined;
    this.#hand(toward, next);
    await next.apply();
  }

  async #beginAnew(toward: Side): Promise<void> {
    await this.#dismiss();
    await this.#applying.retire();
    this.#hand(toward, await this.#open(toward, {}));
    this.#anew = true;
  }

  /** From now on this tail is the one that applies; the one before, if there was one, has been retired. */
  #hand(toward: Side, tail: LiveSync): void {
    this.#toward = toward;
    this.#applying = tail;
    this.#anew = false;
    tail.done.catch((error: unknown) => {
      if (this.#applying !== tail) return;
      this.#failure ??= error as Error;
      this.#end.reject(error);
    });
  }

  async #dismiss(): Promise<void> {
    const standby = this.#standby;
    this.#standby = undefined;
    await standby?.stop();
  }

  #open(toward: Side, how: Partial<LiveSyncOptions>): Promise<LiveSync> {
    const { tail, throttle, dirtyBounds, signal, onCheckpoint } = this.#options;
    return LiveSync.start({
      ...{ tail, throttle, dirtyBounds, signal },
      source: this.#options[other(toward)],
      target: this.#options[toward],
      // A standby's checkpoint would say that the copy goes the other way.
      onCheckpoint: (checkpoint) =>
        toward === this.#toward ? onCheckpoint?.(checkpoint, toward) : undefined,
      ...how,
    });
  }

  /** Rejects as soon as the tails are armed, or stopped. `work` does nothing to them after that. */
  async #untilArmed<T>(work: (givenUp: AbortSignal) => Promise<T>): Promise<T> {
    const { signal } = this.#attempt;
    signal.throwIfAborted();
    return await unlessAborted(work(signal), signal);
  }
}
