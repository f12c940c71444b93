import { RedisConnection, type Command, type RedisAddress } from "../redis/connection.ts";
import { RedisError, type Reply } from "../redis/parser.ts";
import { within } from "./deadline.ts";

/** How to reach a server whose answers must survive its failover. */
export interface DurableOptions {
  /** Asked for at each new connection, so that a rotated token or a moved name is found. */
  readonly address: () => Promise<RedisAddress> | RedisAddress;
  /** Replicas that must have acknowledged an answer before it counts. 0 only where the server has none: its failover is then a total loss. Default 1. */
  readonly replicas?: number;
  /** For how long the replicas are waited for. Default 100 ms. */
  readonly confirmMs?: number;
  /** After how long without an answer the connection is given up. Default 1,000 ms. */
  readonly answerMs?: number;
}

/** The server answered, but fewer replicas than asked for have what it answered by: a failover could forget it. */
export class UnconfirmedError extends Error {
  override readonly name = "UnconfirmedError";
  constructor(acknowledged: number, asked: number) {
    super(
      `${acknowledged} of ${asked} replicas acknowledged in time, so a failover could forget the answer; it does not count. Ask again.`,
    );
  }
}

/**
 * Commands whose answers count only when the replicas have all that they rest on. Command and WAIT go over one
 * connection, so both speak of the same process: one that was replaced has no replicas left and confirms nothing. The
 * command must write, since WAIT speaks of the connection's last write.
 */
export class DurableConnection {
  readonly #options: DurableOptions;
  #connection: Promise<RedisConnection> | undefined;

  constructor(options: DurableOptions) {
    this.#options = options;
  }

  /**
   * The reply to a command that writes, once it is durable. Rejects with UnconfirmedError when it is not, and with the
   * network's or the server's error; whether the command ran is then unknown. The next call connects anew.
   */
  async ask(command: Command): Promise<Exclude<Reply, RedisError>> {
    const { replicas = 1, confirmMs = 100, answerMs = 1_000 } = this.#options;
    const wait: Command[] = replicas > 0 ? [["WAIT", replicas, confirmMs]] : [];
    try {
      const [reply, acknowledged = 0] = await within(
        answerMs,
        this.#batch([command, ...wait]),
        "the server did not answer",
      );
      for (const each of [reply, acknowledged]) if (each instanceof RedisError) throw each;
      if (Number(acknowledged) < replicas)
        throw new UnconfirmedError(Number(acknowledged), replicas);
      return reply as Exclude<Reply, RedisError>;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Drops the connection; what was asked on it rejects. */
  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.then(
      (open) => open.close(),
      () => {}, // It never opened.
    );
  }

  /** Connects first, if need be; an idle connection that the server has closed is replaced, not waited for. */
  async #batch(commands: readonly Command[]): Promise<Reply[]> {
    const idle = this.#connection;
    const usable = idle?.then((open) => open.batch([]));
    const lost = await usable?.then(
      () => false,
      () => true,
    );
    if (lost && this.#connection === idle) this.#connection = undefined;
    this.#connection ??= this.#open();
    return (await this.#connection).batch(commands);
  }

  async #open(): Promise<RedisConnection> {
    return RedisConnection.open(await this.#options.address());
  }
}
