import type { RedisConnection } from "../connection.ts";
import { sideError } from "../errors.ts";
import { Link, type LinkEvents } from "../lane/link.ts";
import { RedisError } from "../parser.ts";
import type { KeyBatch } from "../scan.ts";

const SELECT = Buffer.from("*2\r\n$6\r\nSELECT\r\n");
const TYPE = Buffer.from("*2\r\n$4\r\nTYPE\r\n");
const MEMORY_USAGE = Buffer.from("*3\r\n$6\r\nMEMORY\r\n$5\r\nUSAGE\r\n");
const CAPITAL_O = 79;
/** TYPE's answer for a key that has expired since it was scanned. */
const NONE = "none";

/** Told for each key that still exists. */
export type OnKey = (db: number, key: Buffer, type: string, bytes: number) => void;

interface OpenPage {
  readonly batch: KeyBatch;
  at: number;
  resolve(): void;
  reject(error: Error): void;
}

/** Asks a server for type and size of many keys, as raw frames: several hundred thousand a second. */
export class Census implements LinkEvents {
  readonly #link: Link;
  readonly #onKey: OnKey;
  readonly #sizes: boolean;
  readonly #pages: OpenPage[] = [];
  #db = 0;
  #type = NONE;
  #failed: Error | undefined;

  /** `sizes` false: the server does not tell them, and each counts 0. */
  constructor(connection: RedisConnection, sizes: boolean, onKey: OnKey) {
    this.#sizes = sizes;
    this.#onKey = onKey;
    this.#link = new Link(connection, this);
  }

  get waiting(): boolean {
    return this.#pages.length > 0;
  }

  /** Resolves when each of these keys has been told. */
  ask(batch: KeyBatch): Promise<void> {
    if (this.#failed) return Promise.reject(this.#failed);
    const { outbox } = this.#link;
    if (batch.db !== this.#db) {
      this.#db = batch.db;
      outbox.raw(SELECT);
      outbox.number(batch.db);
    }
    for (const key of batch.keys) {
      outbox.raw(TYPE);
      outbox.argument(key);
      if (!this.#sizes) continue;
      outbox.raw(MEMORY_USAGE);
      outbox.argument(key);
    }
    outbox.flush();
    return new Promise((resolve, reject) => {
      this.#pages.push({ batch, at: 0, resolve, reject });
    });
  }

  close(): void {
    this.#link.close();
  }

  status(data: Buffer, from: number, to: number): void {
    // SELECT's answer is in capitals, a type's name is not.
    if (data[from] === CAPITAL_O) return;
    this.#type = data.toString("latin1", from, to);
    if (!this.#sizes) this.#key(0);
  }

  integer(bytes: number): void {
    this.#key(bytes);
  }

  missing(): void {
    this.#key(0);
  }

  error(message: string): void {
    this.lost(new RedisError(message));
  }

  bulk(): void {
    this.#unexpected();
  }

  bulkBegin(): void {
    this.#unexpected();
  }

  bulkPart(): void {
    this.#unexpected();
  }

  settled(): void {
    // Pages resolve one by one.
  }

  lost(error: Error): void {
    if (this.#failed) return;
    this.#failed = sideError("source", error);
    this.#link.close();
    for (const page of this.#pages.splice(0)) page.reject(this.#failed);
  }

  #key(bytes: number): void {
    const page = this.#pages[0]!;
    const { db, keys } = page.batch;
    if (this.#type !== NONE) this.#onKey(db, keys[page.at]!, this.#type, bytes);
    page.at += 1;
    if (page.at < keys.length) return;
    this.#pages.shift();
    page.resolve();
  }

  #unexpected(): void {
    this.lost(new Error("an answer that belongs to no command"));
  }
}
