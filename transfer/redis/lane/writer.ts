import type { RedisConnection } from "../connection.ts";
import { sideError } from "../errors.ts";
import { RedisError } from "../parser.ts";
import { Link, type LinkEvents } from "./link.ts";
import type { Parcel } from "./work.ts";

const SELECT = Buffer.from("*2\r\n$6\r\nSELECT\r\n");
const UNLINK = Buffer.from("*2\r\n$6\r\nUNLINK\r\n");
/** RESTORE's words before the key and after the value. */
const ABSOLUTE = {
  head: Buffer.from("*6\r\n$7\r\nRESTORE\r\n"),
  tail: Buffer.from("$7\r\nREPLACE\r\n$6\r\nABSTTL\r\n"),
};
const RELATIVE = {
  head: Buffer.from("*5\r\n$7\r\nRESTORE\r\n"),
  tail: Buffer.from("$7\r\nREPLACE\r\n"),
};

/** What the writer tells the lane. */
export interface WriterEvents {
  /** The target has executed all of a parcel. */
  acknowledged(parcel: Parcel): void;
  /** A chunk of answers has been dealt with. */
  settled(): void;
  failed(error: Error): void;
}

/** The target's side of a lane: RESTORE and UNLINK in the order given, answers counted off against parcels. */
export class TargetWriter implements LinkEvents {
  readonly link: Link;
  readonly #events: WriterEvents;
  readonly #restore: typeof ABSOLUTE;
  /** Parcels that commands were sent for; answers belong to the first. */
  readonly #parcels: Parcel[] = [];
  #db = 0;

  constructor(connection: RedisConnection, absoluteExpiry: boolean, events: WriterEvents) {
    this.#events = events;
    this.#restore = absoluteExpiry ? ABSOLUTE : RELATIVE;
    this.link = new Link(connection, this);
  }

  get waiting(): boolean {
    return this.#parcels.some(({ unanswered }) => unanswered > 0);
  }

  /** The commands that follow belong to this parcel. */
  begin(parcel: Parcel): void {
    this.#parcels.push(parcel);
    if (parcel.call.db === this.#db) return;
    this.#db = parcel.call.db;
    parcel.unanswered += 1;
    this.link.outbox.raw(SELECT);
    this.link.outbox.number(this.#db);
  }

  /** RESTORE up to the value, which the caller appends to the outbox as the source sent it. `expiry` 0: none. */
  restore(parcel: Parcel, key: Buffer, expiry: number): void {
    const { outbox } = this.link;
    parcel.unanswered += 1;
    outbox.raw(this.#restore.head);
    outbox.argument(key);
    outbox.number(expiry);
  }

  /** What follows the value. */
  endRestore(): void {
    this.link.outbox.raw(this.#restore.tail);
  }

  remove(parcel: Parcel, key: Buffer): void {
    parcel.unanswered += 1;
    this.link.outbox.raw(UNLINK);
    this.link.outbox.argument(key);
  }

  /** A parcel's last value has been given. */
  end(): void {
    this.#settleParcels();
  }

  status(): void {
    this.#answer();
  }

  integer(): void {
    this.#answer();
  }

  error(message: string): void {
    this.#events.failed(sideError("target", new RedisError(message)));
  }

  missing(): void {
    this.#unexpected();
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
    this.#events.settled();
  }

  lost(error: Error): void {
    this.#events.failed(sideError("target", error));
  }

  #answer(): void {
    const parcel = this.#parcels[0];
    if (!parcel) return this.#unexpected();
    parcel.unanswered -= 1;
    if (parcel.unanswered === 0) this.#settleParcels();
  }

  #settleParcels(): void {
    for (;;) {
      const parcel = this.#parcels[0];
      if (!parcel || parcel.unanswered > 0 || parcel.received < parcel.keys.length) return;
      this.#parcels.shift();
      this.#events.acknowledged(parcel);
    }
  }

  #unexpected(): void {
    this.lost(new Error("an answer that belongs to no command"));
  }
}
