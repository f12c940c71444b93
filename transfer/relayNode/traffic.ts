import { setTimeout as delay } from "node:timers/promises";
import type { RedisAddress } from "../redis/connection.ts";
import type { PrepareReport } from "../relay/options.ts";
import type { Relay } from "../relay/relay.ts";
import type { Connections, Side } from "../switch/protocol.ts";

/** Between two attempts to reach the side that the record names. */
const RETRY_MS = 50;

/** A side was reached, but refused clients: the token may be another one by now. */
export class UnattachedError extends Error {
  override readonly name = "UnattachedError";
  constructor(clients: number) {
    super(`it has refused ${clients} clients`);
  }
}

export interface TrafficOptions {
  /** Started held, toward the source. */
  readonly relay: Relay<RedisAddress>;
  /** A relay knows a server by its address object: these two, and no copies. */
  readonly addresses: Readonly<Record<Side, RedisAddress>>;
  /** A side could not be reached, or refused clients. Resolves with whether it is worth while to try at once again. */
  failed(side: Side, error: Error): Promise<boolean>;
  /** The clients go on, to this side, after they were held so long. */
  released(side: Side, heldMs: number): void;
}

/**
 * Holds a relay and leads it to the side that was asked for last. While that side cannot be reached the clients wait;
 * they are never led to the other one instead.
 */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #relay: Relay<RedisAddress>;
  /** Where the clients shall go; undefined while they shall be held. */
  #wanted: Side | undefined;
  #working = false;
  /** The last hold: true once nothing was under way any more, false if it was released before that. */
  #quiet: Promise<boolean> = Promise.resolve(true);
  #heldSince = performance.now();

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#relay = options.relay;
  }

  /** Where the relay leads. */
  get forwarding(): Side {
    return this.#relay.upstream === this.#options.addresses.target ? "target" : "source";
  }

  /** Its clients' connections to where it leads. */
  links(): Connections {
    return this.#relay.links();
  }

  /** Ahead of a hold: connects the clients to this side, too. Rejects when it cannot be reached. */
  async prepare(side: Side): Promise<PrepareReport> {
    if (side === this.forwarding) return { ready: this.#relay.stats().sessions, failed: 0 };
    const address = this.#options.addresses[side];
    try {
      return await this.#relay.prepare(address);
    } catch (error) {
      if (!(await this.#options.failed(side, error as Error))) throw error;
      return await this.#relay.prepare(address);
    }
  }

  /** Forwards nothing more. Resolves with true when nothing is under way, with false if it was told to release before. */
  stop(): Promise<boolean> {
    this.#wanted = undefined;
    if (this.#relay.state === "open") {
      this.#heldSince = performance.now();
      this.#quiet = this.#relay.hold({}).then(
        () => true,
        () => false,
      );
    }
    return this.#quiet;
  }

  /** Lets the clients go to this side, as soon as it can be reached. */
  release(side: Side): void {
    this.#wanted = side;
    if (!this.#working) void this.#work();
  }

  /** Releases nothing any more. */
  end(): void {
    this.#wanted = undefined;
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#wanted !== undefined && this.#relay.state !== "open") {
      const side = this.#wanted;
      const there = this.forwarding === side || (await this.#lead(side));
      if (this.#wanted !== side) continue;
      if (there) this.#release(side);
      else await delay(RETRY_MS);
    }
    this.#working = false;
  }

  /** Whether the clients are now attached to this side, but for those that it refuses. */
  async #lead(side: Side): Promise<boolean> {
    const address = this.#options.addresses[side];
    try {
      await this.#quiet;
      const { failed } = await this.#relay.switchTo(address);
      if (failed === 0) return true;
      const why = new UnattachedError(failed);
      if (await this.#options.failed(side, why)) await this.#relay.switchTo(address);
      return true;
    } catch (error) {
      if (this.#wanted === side) await this.#options.failed(side, error as Error);
      return false;
    }
  }

  #release(side: Side): void {
    this.#relay.release();
    this.#options.released(side, performance.now() - this.#heldSince);
  }
}
