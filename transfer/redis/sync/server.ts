import { RedisConnection, type Command, type RedisAddress } from "../connection.ts";
import { orThrow } from "../content.ts";
import { LinkError, sideError, type Side } from "../errors.ts";
import type { Reply } from "../parser.ts";

const ANSWER_MS = 10_000;

/** `INFO` of all sections as a map of its fields. */
export type Info = Readonly<Record<string, string>>;

/**
 * One of the two servers, asked small questions over a connection that is opened when it is needed. It knows which
 * process it talks to and tells when that is another: after a failover or a restart, data may be older than it was.
 */
export class Server {
  readonly side: Side;
  readonly address: RedisAddress;
  readonly #onReplaced: () => void;
  #connection: RedisConnection | undefined;
  #opening: Promise<RedisConnection> | undefined;
  #identity: string | undefined;
  #runId = "";

  constructor(side: Side, address: RedisAddress, onReplaced: () => void) {
    this.side = side;
    this.address = address;
    this.#onReplaced = onReplaced;
  }

  get runId(): string {
    return this.#runId;
  }

  /**
   * Commands on one database, in one round trip. Rejects with `LinkError` or `RefusedError`, also if one command is
   * refused.
   */
  async ask(db: number, ...commands: readonly Command[]): Promise<Reply[]> {
    const connection = await this.#open();
    try {
      const replies = await inTime(connection.batch([["SELECT", db], ...commands]));
      return replies.map(orThrow).slice(1);
    } catch (error) {
      const failure = sideError(this.side, error);
      if (failure instanceof LinkError) this.drop();
      throw failure;
    }
  }

  /** Reads INFO, and tells if another server answers than before. Rejects with `LinkError` when it is a replica. */
  async inspect(): Promise<Info> {
    const [text] = await this.ask(0, ["INFO", "all"]);
    const info = parseInfo(String(text));
    if (info["role"] !== "master") {
      this.drop();
      throw new LinkError(this.side, `it is a ${info["role"]} now, not the primary`);
    }
    this.#identify(info);
    return info;
  }

  /** Closes the connection; the next question opens another. */
  drop(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  #identify(info: Info): void {
    // A replica that was promoted keeps its run id, and remembers whose history it had. (`master_replid` itself also
    // changes when a first replica comes.)
    const { run_id, master_replid2, second_repl_offset } = info;
    const identity = `${run_id} ${master_replid2} ${second_repl_offset}`;
    const replaced = this.#identity !== undefined && this.#identity !== identity;
    this.#identity = identity;
    this.#runId = info["run_id"] ?? "";
    if (replaced) this.#onReplaced();
  }

  async #open(): Promise<RedisConnection> {
    if (this.#connection) return this.#connection;
    this.#opening ??= RedisConnection.open(this.address);
    try {
      this.#connection = await this.#opening;
      return this.#connection;
    } catch (error) {
      throw sideError(this.side, error);
    } finally {
      this.#opening = undefined;
    }
  }
}

function parseInfo(text: string): Info {
  const lines = text.split("\r\n").filter((line) => line.includes(":"));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
  );
}

/** A server that is there but does not answer is as good as lost. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const why = new Error(`no answer within ${ANSWER_MS / 1000} s`);
    timer = setTimeout(() => reject(why), ANSWER_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
