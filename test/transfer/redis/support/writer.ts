import { setTimeout as delay } from "node:timers/promises";
import { RedisConnection, type RedisAddress } from "../../../../transfer/redis/connection.ts";

const TURN_MS = 5;
const HOT_KEYS = 1_000;

/** A client that writes hot keys all the time, at about so many commands a second, until it is stopped. */
export class Writer {
  readonly #connection: RedisConnection;
  readonly #perTurn: number;
  #writing = true;
  #written = 0;
  #done: Promise<void>;

  private constructor(connection: RedisConnection, perSecond: number) {
    this.#connection = connection;
    this.#perTurn = Math.ceil((perSecond * TURN_MS) / 1000);
    this.#done = this.#write();
  }

  static async start(server: RedisAddress, perSecond = 5_000): Promise<Writer> {
    const connection = await RedisConnection.open(server);
    await connection.ask("CLIENT", "SETNAME", "test");
    return new Writer(connection, perSecond);
  }

  /** Resolves with the number of commands when the last has been answered. */
  async stop(): Promise<number> {
    this.#writing = false;
    await this.#done;
    this.#connection.close();
    return this.#written;
  }

  async #write(): Promise<void> {
    while (this.#writing) {
      const commands = Array.from({ length: this.#perTurn }, () => {
        const number = this.#written++;
        return ["SET", `hot:${number % HOT_KEYS}`, number] as const;
      });
      await this.#connection.batch(commands);
      await delay(TURN_MS);
    }
  }
}
