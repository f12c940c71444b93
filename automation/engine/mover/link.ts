import pg from "pg";
import { ANNOUNCED, MOVERS_CHANNEL } from "../jobs/rows.ts";
import { firstOf } from "../notified.ts";
import { takeLock } from "../locks.ts";

/** A database that does not answer for so long counts as lost. */
const ANSWER_WITHIN_MS = 10_000;
const CLOSE_WITHIN_MS = 2_000;
/** A server forgets a mover whose machine has vanished, and its lock, within half a minute instead of two hours. */
const KEEPALIVE =
  "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 4";

/** A mover's connection to its engine's database. While it is open, it holds the lock of the mover's name. */
export class MoverLink {
  readonly pool: pg.Pool;
  readonly #lock: pg.Client;
  readonly #name: string;
  #locked = false;
  #lost: Error | undefined;
  #announced = false;
  #wakeUp: () => void = () => undefined;

  private constructor(url: string, name: string, lock: pg.Client) {
    this.#lock = lock;
    this.#name = name;
    this.pool = new pg.Pool({
      ...settings(url),
      max: 4,
      idleTimeoutMillis: 0,
    });
    // A broken connection is noticed by the next query, and the lock's own tells of a lost database.
    this.pool.on("error", () => undefined);
    lock.on("error", (error) => this.#lose(error));
    lock.on("end", () => this.#lose(new Error("the server closed the connection")));
    lock.on("notification", ({ payload }) => {
      this.#announced ||= payload === ANNOUNCED;
      this.wake();
    });
  }

  static async open(url: string, name: string): Promise<MoverLink> {
    const lock = new pg.Client(settings(url));
    await lock.connect();
    const link = new MoverLink(url, name, lock);
    try {
      await lock.query(KEEPALIVE);
      await lock.query(`listen ${MOVERS_CHANNEL}`);
      await link.check();
      return link;
    } catch (error) {
      await link.close();
      throw error;
    }
  }

  /** Rejects when the database is lost. Until its server has noticed that, this mover's last connection keeps the lock. */
  async check(): Promise<void> {
    if (this.#lost) throw this.#lost;
    if (this.#locked) await this.#lock.query("select");
    else this.#locked = await takeLock(this.#lock, this.#name);
  }

  /** Whether others see by the lock that this mover lives. */
  get isLocked(): boolean {
    return this.#locked;
  }

  /** Whether a driver has written the secret since this was asked last. */
  takeAnnounced(): boolean {
    const announced = this.#announced;
    this.#announced = false;
    return announced;
  }

  /** Resolves when a job may have changed, or the database is lost. */
  notified(): Promise<void> {
    return new Promise((resolve) => (this.#wakeUp = resolve));
  }

  /** As if the database had notified. */
  wake(): void {
    this.#wakeUp();
  }

  async close(): Promise<void> {
    this.#lost ??= new Error("closed");
    const ended = Promise.allSettled([this.pool.end(), this.#lock.end()]).then(() => undefined);
    // A server that has vanished does not say goodbye.
    await firstOf(ended, CLOSE_WITHIN_MS);
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    this.wake();
  }
}

function settings(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    keepAlive: true,
    connectionTimeoutMillis: ANSWER_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
  };
}
