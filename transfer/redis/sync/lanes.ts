import { RedisConnection } from "../connection.ts";
import { LinkError, onSide, RefusedError } from "../errors.ts";
import { serverInfo } from "../info.ts";
import { openLane, type CopyResult, type Lane, type LaneIdentity } from "../lane.ts";
import { persist } from "./backoff.ts";
import type { Duty } from "./duty.ts";
import type { Server } from "./server.ts";

interface LanesOptions {
  readonly source: Server;
  readonly target: Server;
  readonly duty: Duty;
  readonly signal: AbortSignal;
  /** The lane of an earlier process, whose commands must not run late. */
  readonly replaces: LaneIdentity | undefined;
  /** Makes `identity` durable. */
  save(): Promise<void>;
}

/** The lane in use, opened again whenever it was lost. */
export class Lanes {
  readonly #source: Server;
  readonly #target: Server;
  readonly #duty: Duty;
  readonly #signal: AbortSignal;
  readonly #save: () => Promise<void>;
  #lane: Lane | undefined;
  #opening: Promise<Lane> | undefined;
  #last: LaneIdentity | undefined;
  #opened = 0;

  constructor({ source, target, duty, signal, replaces, save }: LanesOptions) {
    this.#source = source;
    this.#target = target;
    this.#duty = duty;
    this.#signal = signal;
    this.#last = replaces;
    this.#save = save;
    signal.addEventListener("abort", () => this.drop());
  }

  get bytesInFlight(): number {
    return this.#lane?.bytesInFlight ?? 0;
  }

  /** How often a lane had to be replaced. */
  get reconnects(): number {
    return Math.max(0, this.#opened - 1);
  }

  /** The lane that was opened last. */
  get identity(): LaneIdentity | undefined {
    return this.#last;
  }

  /** Whether there is a lane; then no command of an earlier one can still run. */
  get isOpen(): boolean {
    return this.#lane !== undefined;
  }

  /** Opens a lane if there is none, over as many links as it takes. */
  async open(): Promise<void> {
    if (!this.#lane) await this.#reopen();
  }

  /**
   * Copies by the lane in use, or by the next when there is none, as soon as it is our duty. Rejects with `LinkError`
   * when that lane is lost.
   */
  async copy(db: number, keys: readonly Buffer[]): Promise<CopyResult> {
    return await this.#duty.perform(() => this.#copy(db, keys));
  }

  async #copy(db: number, keys: readonly Buffer[]): Promise<CopyResult> {
    const lane = this.#lane ?? (await this.#reopen());
    try {
      return await lane.copy(db, keys);
    } catch (error) {
      if (this.#lane === lane) this.drop();
      this.#signal.throwIfAborted();
      // A lane that was closed because its server was replaced rejects with what is no error of a server.
      throw error instanceof RefusedError || error instanceof LinkError
        ? error
        : new LinkError("source", (error as Error).message, error);
    }
  }

  /** Copies, over as many lanes as it takes. */
  async copyFor(db: number, keys: readonly Buffer[]): Promise<CopyResult> {
    return await persist(() => this.copy(db, keys), this.#signal);
  }

  /** Gives the lane up; the next copy opens another. */
  drop(): void {
    this.#lane?.close();
    this.#lane = undefined;
  }

  /** Ends the last lane on the target too, where its commands may still wait. Rejects with `LinkError`. */
  async end(): Promise<void> {
    this.drop();
    const last = this.#last;
    if (last) await onSide("target", RedisConnection.use(this.#target.address, kill(last)));
  }

  async #reopen(): Promise<Lane> {
    this.#opening ??= persist(() => this.#open(), this.#signal).finally(
      () => (this.#opening = undefined),
    );
    return await this.#opening;
  }

  async #open(): Promise<Lane> {
    await Promise.all([this.#source.inspect(), this.#target.inspect()]);
    const lane = await onSide(
      "source",
      openLane(this.#source.address, this.#target.address, { replaces: this.#last }),
    );
    this.#last = lane.identity;
    // Before it is used: whoever goes on after a kill must know which commands may still be under way.
    await this.#save();
    if (lane.identity.runId !== this.#target.runId || this.#signal.aborted) {
      lane.close();
      throw new LinkError("target", "another server answers than a moment ago");
    }
    this.#opened += 1;
    return (this.#lane = lane);
  }
}

/** Numbers of clients are a server process's own. */
function kill({ runId, clientId }: LaneIdentity): (connection: RedisConnection) => Promise<void> {
  return async (connection) => {
    const { run_id: now } = await serverInfo(connection, "server");
    if (now === runId) await connection.ask("CLIENT", "KILL", "ID", clientId);
  };
}
