import { RedisConnection, type RedisAddress } from "../../../../transfer/redis/connection.ts";
import type { Sentinel } from "../../../../transfer/switch/tails.ts";

/** Longer than any test: what waits for the end of the pause is seen to hang. */
const LEASE_MS = 60_000;

/** Stops all writes on a server as a switch does. */
export class Fence {
  readonly #connection: RedisConnection;

  private constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  static async open(server: RedisAddress): Promise<Fence> {
    return new Fence(await RedisConnection.open(server));
  }

  /** The sentinel and the pause, in one transaction. */
  async pause({ key, value, ttlMs }: Sentinel): Promise<void> {
    await this.#connection.batch([
      ["MULTI"],
      ["SET", key, value, "PX", ttlMs],
      ["CLIENT", "PAUSE", LEASE_MS, "WRITE"],
      ["EXEC"],
    ]);
  }

  async lift(): Promise<void> {
    await this.#connection.ask("CLIENT", "UNPAUSE");
  }

  close(): void {
    this.#connection.close();
  }
}
