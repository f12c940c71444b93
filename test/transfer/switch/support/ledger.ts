import { Redis } from "ioredis";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { RedisConnection } from "../../../../transfer/redis/connection.ts";

const PAUSE_MS = 2;

/** Clients of an unmodified library that write all the time, and what they were told. */
export class Ledger {
  readonly #clients: Writer[];
  longestWaitMs = 0;

  constructor(ports: readonly number[], perPort: number) {
    const all = ports.flatMap((port) => Array.from({ length: perPort }, () => port));
    this.#clients = all.map((port, index) => new Writer(`${index}`, port, this));
  }

  /** Writes that were acknowledged. */
  get acknowledged(): number {
    return this.#clients.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  }

  /** Requests that ended with an error: whether they were executed is not known. */
  get errors(): number {
    return this.#clients.reduce((sum, { errors }) => sum + errors, 0);
  }

  /** Resolves when every client has had an answer to a request that it sent after the call. */
  async served(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.served()));
  }

  /** Does this while nobody writes and nothing is under way. */
  async resting<T>(work: () => Promise<T>): Promise<T> {
    for (const client of this.#clients) await client.rest();
    try {
      return await work();
    } finally {
      for (const client of this.#clients) client.go();
    }
  }

  /** Every acknowledged write is on this server, once. Returns how many are lost, which fails unless `excused`. */
  async check(port: number, excused = false): Promise<number> {
    return await this.resting(async () => {
      const server = await RedisConnection.open({ host: "127.0.0.1", port });
      let lost = 0;
      for (const client of this.#clients) lost += await client.check(server, excused);
      server.close();
      return lost;
    });
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) await client.stop();
  }
}

/** One client: it counts in one key and sets others, one request after the other. */
class Writer {
  acknowledged = 0;
  errors = 0;
  readonly #redis: Redis;
  readonly #name: string;
  readonly #ledger: Ledger;
  #counted = 0;
  #unknown = 0;
  #next = 0;
  #set: string[] = [];
  #resting: Promise<void> | undefined;
  #go: () => void = () => {};
  #rested: () => void = () => {};
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(name: string, port: number, ledger: Ledger) {
    this.#name = name;
    this.#ledger = ledger;
    this.#redis = new Redis({
      port,
      host: "127.0.0.1",
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => 20,
    });
    this.#redis.on("error", () => {}); // A relay that is killed is what this is for.
    this.#done = this.#write();
  }

  async served(): Promise<void> {
    const before = this.acknowledged;
    while (this.acknowledged < before + 2) await delay(PAUSE_MS);
  }

  async rest(): Promise<void> {
    const rested = new Promise<void>((resolve) => (this.#rested = resolve));
    this.#resting = new Promise((resolve) => (this.#go = resolve));
    await rested;
  }

  go(): void {
    this.#resting = undefined;
    this.#go();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.go();
    await this.#done;
    this.#redis.disconnect();
  }

  async check(server: RedisConnection, excused: boolean): Promise<number> {
    const count = Number((await server.ask("GET", this.#counter)) ?? 0);
    const values = (await server.batch(this.#set.map((key) => ["EXISTS", key]))) as number[];
    const missing = this.#set.filter((_, index) => values[index] !== 1);
    const lost = Math.max(0, this.#counted - count) + missing.length;
    if (!excused) expect(lost, `client ${this.#name}: counted ${this.#counted}, found ${count}; missing ${missing.join()}`).to.equal(0); // prettier-ignore
    expect(count, `client ${this.#name} counts no write twice`).to.be.at.most(this.#counted + this.#unknown); // prettier-ignore
    // What was found or excused counts as known from now on.
    this.#set = this.#set.filter((_, index) => values[index] === 1).slice(-20);
    this.#counted = count;
    this.#unknown = 0;
    return lost;
  }

  get #counter(): string {
    return `count:${this.#name}`;
  }

  async #write(): Promise<void> {
    while (!this.#stopped) {
      const key = `set:${this.#name}:${(this.#next += 1)}`;
      await this.#ask(() => this.#redis.incr(this.#counter), () => (this.#counted += 1), () => (this.#unknown += 1)); // prettier-ignore
      await this.#ask(() => this.#redis.set(key, "1", "EX", 600), () => this.#set.push(key), () => {}); // prettier-ignore
      if (this.#resting) this.#rested();
      await (this.#resting ?? delay(PAUSE_MS));
    }
  }

  async #ask(
    request: () => Promise<unknown>,
    good: () => void,
    unknown: () => void,
  ): Promise<void> {
    const asked = performance.now();
    try {
      await request();
      this.acknowledged += 1;
      good();
    } catch {
      this.errors += 1;
      unknown();
    }
    this.#ledger.longestWaitMs = Math.max(this.#ledger.longestWaitMs, performance.now() - asked);
  }
}
