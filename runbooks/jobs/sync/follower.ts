import { setTimeout as delay } from "node:timers/promises";
import type { Facts, JobContext } from "../../../automation/step.ts";
import { RedisConnection, type RedisAddress } from "../../../transfer/redis/connection.ts";
import type { KeyPlace } from "../../../transfer/redis/large.ts";
import { TailPair, type PairState } from "../../../transfer/redis/pair.ts";
import { repair } from "../../../transfer/redis/repair.ts";
import type { SyncCheckpoint } from "../../../transfer/redis/sync.ts";
import { compareServers } from "../../../transfer/redis/verify.ts";
import { other, type Side } from "../../../transfer/switch/protocol.ts";
import { Term } from "../../../transfer/switch/term.ts";
import type { RelayReference } from "../../cloud/relays.ts";
import { clientWrites } from "../clientWrites.ts";
import { factsOf, refuseEviction } from "../data.ts";
import { serverIn } from "../reference.ts";
import { Switching, type Move } from "./switching.ts";

/** What is durable: which way it goes, how far the copy has come, and the relays, once a switch may have been tried. */
export interface Saved {
  readonly toward: Side;
  readonly copy?: SyncCheckpoint | undefined;
  readonly relays?: RelayReference | undefined;
}

/** How the copy stands, as steps, `status` and the terminal read it. */
export type SyncState = Omit<PairState, "rollbackLossless" | "rollbackGap"> & {
  /** Whether a rollback would keep every write; on the source there is nothing to take back. */
  readonly rollback: {
    readonly lossless: boolean;
    readonly since?: string;
    readonly because?: string;
  };
  /** Keys that a comparison under way has looked at. */
  readonly compared?: number;
};

const SAVED_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 100;
/** Replicas that must have what a drain brought: a standalone source has none, the encrypted group one. */
const REPLICAS = { source: 0, target: 1 };

/** The tails between two servers, and the switches that turn them. */
export class Follower {
  /** Rejects when the copy cannot go on. */
  readonly failed: Promise<never>;
  readonly #ctx: JobContext;
  readonly #term: Term;
  /** Aborted at the end, for a tail that is still being opened then. */
  readonly #ending = new AbortController();
  #fail: (error: unknown) => void = () => undefined;
  #saved: Saved;
  #pair: TailPair | undefined;
  #switching: Promise<Switching> | undefined;
  #compared: number | undefined;

  private constructor(ctx: JobContext, term: Term, saved: Saved) {
    this.#ctx = ctx;
    this.#term = term;
    this.#saved = saved;
    this.failed = new Promise((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
    term.over.catch((error: unknown) => this.#fail(error));
  }

  /**
   * What happened while the mover was away is not known, so the two sides are not taken for equal. Once a switch may
   * have been tried, which of them is followed is not for the mover's memory to say, but for the decision record. A
   * predecessor that is only asleep writes nothing any more.
   */
  static async start(ctx: JobContext): Promise<Follower> {
    const saved = (ctx.checkpoint as unknown as Saved | undefined) ?? { toward: "target" };
    const address = (side: Side) => serverIn(ctx, side);
    const term = await Term.take({ move: ctx.run, address, signal: ctx.signal });
    const follower = new Follower(ctx, term, saved);
    try {
      await follower.#start();
      return follower;
    } catch (error) {
      // A tail that is still being opened must not come up behind the back of the job's next attempt.
      await follower.stop();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { relays, toward } = this.#saved;
    const startTails = (toward: Side) => this.#begin(toward);
    if (!relays) await startTails(toward);
    else await (this.#switching = Switching.join(this.#move(relays), startTails));
  }

  state(): SyncState {
    const { rollbackLossless, rollbackGap, ...state } = this.#tails.state();
    const rollback =
      state.toward === "target" || rollbackLossless
        ? { lossless: true }
        : {
            lossless: false,
            ...(rollbackGap && { since: rollbackGap.since, because: rollbackGap.reason }),
          };
    const compared = this.#compared;
    return { ...state, rollback, ...(compared !== undefined && { compared }) };
  }

  /** Waits until everything written before has arrived. */
  async drain(): Promise<Facts> {
    const drained = await this.#tails.catchUp();
    const followed = await this.#term.address(other(this.#tails.toward));
    const count = (connection: RedisConnection) => clientWrites(connection, this.#ctx.run);
    return { ...drained, writeCommands: await RedisConnection.use(followed, count) };
  }

  /** Follows the other side from now on. Asked only while nobody writes to either. */
  async turn(toward: Side): Promise<Facts> {
    if (toward !== this.#tails.toward) {
      // The source is the truth, whatever happened to it meanwhile; the target has been drained to and proven quiet.
      const arming = this.#tails.arm(toward, toward === "source");
      // Nothing is followed then, and asking again must not look as if it were: the job fails, and is started anew.
      arming.catch((error: unknown) => this.#fail(error));
      await arming;
      // Durable before anybody relies on it: a mover that is killed after the answer goes on in the new direction.
      await this.#save({ toward, copy: undefined });
    }
    return { toward };
  }

  /** Opens what a switch to this side needs and waits until the tail toward it could be drained in moments. */
  async prepareSwitch(side: Side, relays: RelayReference): Promise<Facts> {
    await this.#switchingThrough(relays);
    const { signal } = this.#ctx;
    while (this.#tails.toward === side && !this.#tails.state().rollbackLossless)
      await delay(LOOK_EVERY_MS, undefined, { signal });
    return { side };
  }

  async switchTo(side: Side, relays: RelayReference): Promise<Facts> {
    const switching = await this.#switchingThrough(relays);
    const switched = await switching.switchTo(side, this.#ctx.signal);
    return { ...switched, rollback: { ...this.state().rollback } };
  }

  /** Compares while clients write. What differs and stands still is copied again, and everything compared again. */
  async compare(): Promise<Facts> {
    const { source, target } = await this.#servers();
    await refuseEviction(target);
    const how = { live: {}, signal: this.#ctx.signal };
    const everything = () =>
      compareServers(source, target, {
        ...how,
        onProgress: (compared) => (this.#compared = compared),
      });
    try {
      const first = await everything();
      if (first.differences === 0) return { ...factsOf(first), repaired: 0 };
      const copy = (keys: readonly KeyPlace[]) => this.#tails.copyAgain(keys);
      const { repaired } = await repair(source, target, first.differing, { ...how, copy });
      return { ...factsOf(await everything()), repaired };
    } finally {
      this.#compared = undefined;
    }
  }

  async stop(): Promise<void> {
    const switching = await this.#switching?.catch(() => undefined);
    switching?.close();
    await this.#pair?.stop();
    this.#ending.abort();
  }

  get #tails(): TailPair {
    return this.#pair!;
  }

  async #begin(toward: Side): Promise<TailPair> {
    const { toward: before, copy } = this.#saved;
    const pair = await TailPair.start({
      ...(await this.#servers()),
      toward,
      replicas: REPLICAS,
      signal: this.#ending.signal,
      checkpoint: before === toward ? copy : undefined,
      onCheckpoint: (copy, toward) => this.#saveSoon({ toward, copy }),
    });
    this.#pair = pair;
    pair.done.catch((error: unknown) => this.#fail(error));
    return pair;
  }

  #move(relays: RelayReference): Move {
    return { ctx: this.#ctx, relays, term: this.#term };
  }

  /** Both ends, as long as this term lasts. */
  async #servers(): Promise<{ source: RedisAddress; target: RedisAddress }> {
    const ends = (["source", "target"] as const).map((side) => this.#term.address(side));
    const [source, target] = await Promise.all(ends);
    return { source: source!, target: target! };
  }

  /** The relays are durable before the first switch: from then on a successor must join. One that failed is opened anew. */
  async #switchingThrough(relays: RelayReference): Promise<Switching> {
    this.#switching ??= this.#beginSwitching(relays).catch((error: unknown) => {
      this.#switching = undefined;
      throw error;
    });
    return await this.#switching;
  }

  async #beginSwitching(relays: RelayReference): Promise<Switching> {
    const switching = await Switching.begin(this.#move(relays), this.#tails);
    await this.#save({ relays });
    return switching;
  }

  async #save(change: Partial<Saved>): Promise<void> {
    this.#saved = { ...this.#saved, ...change };
    await this.#ctx.save(this.#saved as unknown as Facts);
  }

  /** A successor should know of a new lane before it is used, but the copy goes on while the database is away. */
  async #saveSoon(change: Partial<Saved>): Promise<void> {
    const late = new AbortController();
    const waited = delay(SAVED_WITHIN_MS, undefined, { signal: late.signal }).catch(
      () => undefined,
    );
    await Promise.race([this.#save(change), waited]).finally(() => late.abort());
  }
}
