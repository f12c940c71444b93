import { RedisConnection, type RedisAddress } from "../../redis/connection.ts";
import { RedisError, type Reply } from "../../redis/parser.ts";

const LAST_ID = "last-generated-id";

/** The relay's own connection to an upstream, beside those of its clients. Opened when first needed. */
export class Control {
  readonly #address: RedisAddress;
  #connection: Promise<RedisConnection> | undefined;

  constructor(address: RedisAddress) {
    this.#address = address;
  }

  /**
   * Lets a blocked client go as if its time had passed. Resolves with the ids that the streams had just before it,
   * or undefined when the client was not blocked (yet, or any more). Rejects when the server cannot be asked.
   */
  async unblock(
    clientId: number,
    database: number,
    streams: readonly Buffer[],
  ): Promise<string[] | undefined> {
    // Ids read before the release are good: had one been added since, the client would not have been blocked any more.
    const ids = streams.length > 0 ? await this.#lastIds(database, streams) : [];
    const [unblocked] = await this.#batch([["CLIENT", "UNBLOCK", clientId]]);
    if (unblocked instanceof RedisError) throw unblocked;
    return unblocked === 1 ? ids : undefined;
  }

  /** Makes scripts known to the server, but for those that are none. Rejects when it cannot be reached or used. */
  async prepare(bodies: readonly Buffer[]): Promise<void> {
    const loads = bodies.map((body) => ["SCRIPT", "LOAD", body]);
    const [pong] = await this.#batch([["PING"], ...loads]);
    if (pong instanceof RedisError) throw pong;
  }

  close(): void {
    void this.#connection?.then(
      (connection) => connection.close(),
      () => {},
    );
  }

  async #lastIds(database: number, streams: readonly Buffer[]): Promise<string[]> {
    const [, ...replies] = await this.#batch([
      ["SELECT", database],
      ...streams.map((key) => ["XINFO", "STREAM", key]),
    ]);
    return replies.map(lastId);
  }

  /** Once more on a new connection when the old one turns out to be gone: none of the commands does harm twice. */
  async #batch(commands: (string | number | Buffer)[][]): Promise<Reply[]> {
    const old = this.#connection;
    const replies = old?.then((connection) => connection.batch(commands));
    return (await replies?.catch(() => undefined)) ?? (await this.#reopened(old)).batch(commands);
  }

  #reopened(lost: Promise<RedisConnection> | undefined): Promise<RedisConnection> {
    if (this.#connection && this.#connection !== lost) return this.#connection;
    const connection = RedisConnection.open(this.#address);
    this.#connection = connection;
    connection.catch(() => {
      if (this.#connection === connection) this.#connection = undefined;
    });
    return connection;
  }
}

/** `last-generated-id` of an XINFO STREAM reply; of a stream that does not exist, the beginning. */
function lastId(reply: Reply): string {
  if (reply instanceof RedisError && /no such key/.test(reply.message)) return "0-0";
  if (!Array.isArray(reply)) throw reply instanceof RedisError ? reply : new Error("no stream");
  const at = reply.findIndex(
    (field) => Buffer.isBuffer(field) && field.toString("latin1") === LAST_ID,
  );
  return String(reply[at + 1]);
}
