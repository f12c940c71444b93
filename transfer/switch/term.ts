import { CLIENT_NAME, RedisConnection, type RedisAddress } from "../redis/connection.ts";
import { orThrow } from "../redis/content.ts";
import { onSide, RefusedError } from "../redis/errors.ts";
import { otherClients } from "../redis/info.ts";
import { RedisError, type Reply } from "../redis/parser.ts";
import { OWN_PREFIX } from "../redis/sentinel.ts";
import { persistFor } from "../redis/sync/backoff.ts";
import { other, type Side } from "./protocol.ts";

export interface TermOptions {
  /** Names the move; the term is the key `godwit:driver:<move>` of both servers, which no copy touches. */
  readonly move: string;
  /** How a side is reached. Asked for at each new connection. */
  readonly address: (side: Side) => Promise<RedisAddress> | RedisAddress;
  readonly signal: AbortSignal;
}

/** As long as a driver that joins waits for its servers. */
const TAKE_MS = 60_000;
const NAME = new RegExp(`^${CLIENT_NAME}:t(\\d+)$`);

/**
 * The time in which one driver of a move may write to its servers. Whoever takes the next term ends this one, also
 * while its process stands still or is cut off: what it has sent dies with its connections unless it is executed
 * already, and new connections are refused.
 *
 * Why nothing slips through: a connection gets the term's name first and reads the key then; the next driver writes the
 * key first and kills by name then. So an older connection either had its name when it was looked for, and was killed,
 * or reads the key after it was written, and is refused. A key that one server has lost (FLUSHALL, a failover) is asked
 * of the other one.
 */
export class Term {
  readonly number: number;
  /** Rejects with `RefusedError` (SUPERSEDED) when a connection was refused; never resolves. */
  readonly over: Promise<never>;
  readonly #options: TermOptions;
  #end!: (error: RefusedError) => void;

  private constructor(options: TermOptions, number: number) {
    this.#options = options;
    this.number = number;
    this.over = new Promise((_, reject) => (this.#end = reject));
    // Whoever does not look at it learns of it by the connection.
    this.over.catch(() => undefined);
  }

  /**
   * Begins the next term and ends those before it. Servers that cannot be reached, or that a predecessor has paused, are
   * waited for. Rejects with `LinkError` after 60 s, with `RefusedError`, or with the signal's reason.
   */
  static async take(options: TermOptions): Promise<Term> {
    const number = await persistFor(TAKE_MS, () => takeNumber(options), options.signal);
    return new Term(options, number);
  }

  /**
   * How to reach a side in this term. To open a connection by it rejects with `RefusedError` (SUPERSEDED) when another
   * driver has taken the move over.
   */
  async address(side: Side): Promise<RedisAddress> {
    const address = await this.#options.address(side);
    return { ...address, admit: (connection) => this.#admit(side, connection) };
  }

  /** No pause of a switch delays this: it only reads. */
  async #admit(side: Side, connection: RedisConnection): Promise<void> {
    const [, known] = await Promise.all([
      connection.ask("CLIENT", "SETNAME", `${CLIENT_NAME}:t${this.number}`),
      read(connection, keyOf(this.#options)),
    ]);
    this.#assertNotAfter(side, known);
    if (known < this.number) await this.#makeGood(side);
  }

  /** The key was lost on this side: the other one says whether this term goes on. */
  async #makeGood(side: Side): Promise<void> {
    const key = keyOf(this.#options);
    const known = await on(this.#options, other(side), (connection) => read(connection, key));
    this.#assertNotAfter(other(side), known);
    // Not waited for, since a paused server takes no write until the switch that waits for us is over. If it fails, the next connection does it.
    on(this.#options, side, (connection) => raise(connection, key, this.number)).catch(
      () => undefined,
    );
  }

  #assertNotAfter(side: Side, known: number): void {
    if (known <= this.number) return;
    const why = `another driver (term ${known}) has taken this move over; this one (term ${this.number}) writes nothing any more`;
    const error = new RefusedError(side, "SUPERSEDED", why);
    this.#end(error);
    throw error;
  }
}

/**
 * How many write commands the terms of a move have cost its source: to be taken from a count that is to show whether
 * clients write. The source's number rises by one a write, as long as neither server loses it.
 */
export async function termsTaken(connection: RedisConnection, move: string): Promise<number> {
  return await read(connection, keyOf({ move }));
}

/** The source makes the number unique; the target's part matters when the source has lost its own. */
async function takeNumber(options: TermOptions): Promise<number> {
  const key = keyOf(options);
  const known = await on(options, "target", (connection) => read(connection, key));
  const number = await on(options, "source", (connection) =>
    write(connection, key, (last) => Math.max(last, known) + 1),
  );
  const raised = await on(options, "target", (connection) => raise(connection, key, number));
  if (!raised) return await takeNumber(options); // Another driver was quicker; the last one to begin goes on.
  for (const side of ["source", "target"] as const)
    await on(options, side, (connection) => killBefore(connection, number));
  return number;
}

/** A connection that no term guards, for as long as `work` takes. */
async function on<T>(
  { address }: TermOptions,
  side: Side,
  work: (connection: RedisConnection) => Promise<T>,
): Promise<T> {
  return await onSide(side, RedisConnection.use(await address(side), work));
}

function keyOf({ move }: Pick<TermOptions, "move">): string {
  return `${OWN_PREFIX}driver:${move}`;
}

async function read(connection: RedisConnection, key: string): Promise<number> {
  return Number(await connection.ask("GET", key));
}

/** Whether the key was lower. */
async function raise(connection: RedisConnection, key: string, number: number): Promise<boolean> {
  const written = await write(connection, key, (last) => (last < number ? number : undefined));
  return written !== undefined;
}

/** Writes what follows on the last number, if anything does; nobody else writes in between. */
async function write<T extends number | undefined>(
  connection: RedisConnection,
  key: string,
  next: (last: number) => T,
): Promise<T> {
  for (;;) {
    await connection.ask("WATCH", key);
    const number = next(await read(connection, key));
    if (number === undefined) return number;
    const replies = await connection.batch([["MULTI"], ["SET", key, number], ["EXEC"]]);
    if (replies.flat().map(orThrow).at(-1) !== null) return number;
  }
}

async function killBefore(connection: RedisConnection, number: number): Promise<void> {
  const clients = await otherClients(connection);
  const older = clients.filter(({ name }) => Number(NAME.exec(name)?.[1] ?? number) < number);
  const replies = await connection.batch(older.map(({ id }) => ["CLIENT", "KILL", "ID", id]));
  replies.filter((reply) => !isGone(reply)).forEach(orThrow);
}

/** It went by itself in the meantime. */
function isGone(reply: Reply): boolean {
  return reply instanceof RedisError && reply.message.includes("No such client");
}
