import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Facts, Job, JobContext } from "../../automation/step.ts";
import { RedisConnection, type RedisAddress } from "../../transfer/redis/connection.ts";
import { writeCommands } from "../../transfer/redis/info.ts";
import type { KeyPlace } from "../../transfer/redis/large.ts";
import { repair } from "../../transfer/redis/repair.ts";
import {
  LiveSync,
  type SyncCheckpoint,
  type SyncState as TransferState,
} from "../../transfer/redis/sync.ts";
import { compareServers } from "../../transfer/redis/verify.ts";
import { factsOf, refuseEviction } from "./data.ts";
import { bothServers } from "./reference.ts";

/** `forward`: the target follows the source; `reverse`: the source follows the target, on which clients write. */
type Direction = "forward" | "reverse";

/** How the copy stands, as steps and the terminal read it. */
export type SyncState = TransferState & {
  readonly direction: Direction;
  /** Keys that a comparison under way has looked at. */
  readonly compared?: number;
};

/** What is durable: which way it goes, and how far the copy has come. */
interface Saved {
  readonly direction: Direction;
  readonly copy?: SyncCheckpoint | undefined;
}

const PUBLISH_EVERY_MS = 250;
const SAVED_WITHIN_MS = 2_000;

/**
 * Copies `source` to `target` while clients write, follows what they change until it is stopped, and turns round
 * when asked. Questions: `drain` waits until everything written before has arrived; `turn` with a `direction`
 * makes the other side the one that is followed, and is asked only while nobody writes to either; `compare` looks
 * at every key of both and copies again what differs.
 */
export const sync: Job = async (ctx) => {
  const saved = ctx.checkpoint as unknown as Saved | undefined;
  const follower = await Follower.start(ctx, saved ?? { direction: "forward" });
  const publishing = setInterval(
    () => ctx.publish(factsOfState(follower.state())),
    PUBLISH_EVERY_MS,
  );
  ctx.answer({
    drain: () => follower.drain(),
    turn: ({ direction }) => follower.turn(direction as Direction),
    compare: () => follower.compare(),
  });
  try {
    await Promise.race([follower.failed, aborted(ctx.signal)]);
    return factsOfState(follower.state());
  } finally {
    clearInterval(publishing);
    await follower.stop();
  }
};

/** One live copy at a time, in one direction or the other. */
class Follower {
  /** Rejects when the copy cannot go on. */
  readonly failed: Promise<never>;
  readonly #ctx: JobContext;
  #fail: (error: unknown) => void = () => undefined;
  #direction: Direction;
  #live: LiveSync | undefined;
  #compared: number | undefined;

  private constructor(ctx: JobContext, direction: Direction) {
    this.#ctx = ctx;
    this.#direction = direction;
    this.failed = new Promise((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
  }

  static async start(ctx: JobContext, saved: Saved): Promise<Follower> {
    const follower = new Follower(ctx, saved.direction);
    // What happened while the mover was away is not known, so both are not taken for equal.
    await follower.#follow({ startEqual: false, copy: saved.copy });
    return follower;
  }

  state(): SyncState {
    const compared = this.#compared;
    const state = { ...this.#live!.state(), direction: this.#direction };
    return compared === undefined ? state : { ...state, compared };
  }

  async drain(): Promise<Facts> {
    const drained = await this.#live!.drain();
    return { ...drained, writeCommands: await this.#writesOnFollowed() };
  }

  async turn(direction: Direction): Promise<Facts> {
    if (direction !== this.#direction) {
      await this.#live!.stop();
      // Durable before anybody relies on it: a mover that is killed now goes on in the new direction.
      await this.#save({ direction });
      this.#direction = direction;
      // Forward, the source is the truth, whatever happened to it meanwhile; reverse follows a drain and a proof that
      // nobody writes.
      await this.#follow({ startEqual: direction === "reverse" });
    }
    return { direction };
  }

  /** Compares while clients write. What differs and stands still is copied again, and everything compared again. */
  async compare(): Promise<Facts> {
    const { source, target } = await bothServers(this.#ctx);
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
      const copy = (keys: readonly KeyPlace[]) => this.#live!.copyAgain(keys);
      const { repaired } = await repair(source, target, first.differing, { ...how, copy });
      return { ...factsOf(await everything()), repaired };
    } finally {
      this.#compared = undefined;
    }
  }

  async stop(): Promise<void> {
    await this.#live?.stop();
  }

  async #follow(how: { startEqual: boolean; copy?: SyncCheckpoint | undefined }): Promise<void> {
    const direction = this.#direction;
    const { source: from, target: to } = await this.#ends();
    const starting = LiveSync.start({
      source: from,
      target: to,
      startEqual: how.startEqual,
      checkpoint: how.copy,
      onCheckpoint: (copy) => this.#saveSoon({ direction, copy }),
    });
    // Nothing is followed then, and asking again must not look as if it were: the job fails, and is started anew.
    starting.catch((error: unknown) => this.#fail(error));
    const live = (this.#live = await starting);
    live.done.catch((error: unknown) => this.#fail(error));
  }

  #save(saved: Saved): Promise<void> {
    return this.#ctx.save(saved as unknown as Facts);
  }

  /** A successor should know of a new lane before it is used, but the copy goes on while the database is away. */
  async #saveSoon(saved: Saved): Promise<void> {
    const late = new AbortController();
    const waited = delay(SAVED_WITHIN_MS, undefined, { signal: late.signal }).catch(
      () => undefined,
    );
    await Promise.race([this.#save(saved), waited]).finally(() => late.abort());
  }

  /** The followed server, and the one that follows it. */
  async #ends(): Promise<{ source: RedisAddress; target: RedisAddress }> {
    const { source, target } = await bothServers(this.#ctx);
    return this.#direction === "forward" ? { source, target } : { source: target, target: source };
  }

  async #writesOnFollowed(): Promise<number> {
    return await RedisConnection.use((await this.#ends()).source, writeCommands);
  }
}

/** Without what is not known yet. */
function factsOfState(state: SyncState): Facts {
  return JSON.parse(JSON.stringify(state)) as Facts;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
