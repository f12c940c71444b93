import type { RedisConnection } from "../connection.ts";
import { sideError } from "../errors.ts";
import { RedisError } from "../parser.ts";
import { Link, type LinkEvents } from "./link.ts";
import { Call, type Parcel } from "./work.ts";
import type { TargetWriter } from "./writer.ts";

const SELECT = Buffer.from("*2\r\n$6\r\nSELECT\r\n");
const MEMORY_USAGE = Buffer.from("*3\r\n$6\r\nMEMORY\r\n$5\r\nUSAGE\r\n");
const DUMP = Buffer.from("*2\r\n$4\r\nDUMP\r\n");
const PEXPIRETIME = Buffer.from("*2\r\n$11\r\nPEXPIRETIME\r\n");
const PTTL = Buffer.from("*2\r\n$4\r\nPTTL\r\n");
/** RESTORE's argument may not be longer: `proto-max-bulk-len`, whose default nobody raises. */
const LONGEST_ARGUMENT = 512 * 1024 * 1024;

/** What the reader tells the lane. */
export interface ReaderEvents {
  /** A chunk of replies has been dealt with: sizes are known, or values have been written on. */
  settled(): void;
  failed(error: Error): void;
}

/** The source's side of a lane: asks for sizes and values, and writes each value on as its bytes come. */
export class SourceReader implements LinkEvents {
  readonly link: Link;
  readonly #writer: TargetWriter;
  readonly #events: ReaderEvents;
  readonly #expiryCommand: Buffer;
  /** What the coming replies are: sizes of a call's keys, or expiries and values of a parcel's. */
  readonly #expected: (Call | Parcel)[] = [];
  #db = 0;
  #expiry = 0;
  /** The value under way is too long for any RESTORE. */
  #discarding = false;

  constructor(
    connection: RedisConnection,
    writer: TargetWriter,
    absoluteExpiry: boolean,
    events: ReaderEvents,
  ) {
    this.#writer = writer;
    this.#events = events;
    this.#expiryCommand = absoluteExpiry ? PEXPIRETIME : PTTL;
    this.link = new Link(connection, this);
  }

  get waiting(): boolean {
    return this.#expected.length > 0;
  }

  askSizes(call: Call): void {
    this.#expected.push(call);
    this.#select(call.db);
    const { outbox } = this.link;
    for (const key of call.keys) {
      outbox.raw(MEMORY_USAGE);
      outbox.argument(key);
    }
  }

  askValues(parcel: Parcel): void {
    this.#expected.push(parcel);
    this.#select(parcel.call.db);
    const { outbox } = this.link;
    for (const key of parcel.keys) {
      outbox.raw(this.#expiryCommand);
      outbox.argument(key);
      outbox.raw(DUMP);
      outbox.argument(key);
    }
  }

  status(): void {
    // SELECT's answer.
  }

  integer(value: number): void {
    const head = this.#expected[0]!;
    if (head instanceof Call) this.#size(head, value);
    else this.#expiry = value;
  }

  missing(): void {
    const head = this.#expected[0]!;
    if (head instanceof Call) return this.#size(head, 0);
    this.#begin(head);
    this.#writer.remove(head, head.keys[head.received]!);
    head.call.removed += 1;
    this.#end(head);
  }

  bulk(data: Buffer, from: number, to: number, length: number): void {
    const parcel = this.#expected[0] as Parcel;
    this.#restore(parcel, length);
    this.#writer.link.outbox.raw(data, from, to);
    this.#writer.endRestore();
    this.#end(parcel);
  }

  bulkBegin(data: Buffer, from: number, to: number, length: number): void {
    const parcel = this.#expected[0] as Parcel;
    this.#discarding = length > LONGEST_ARGUMENT;
    if (this.#discarding) return this.#begin(parcel);
    this.#restore(parcel, length);
    this.#writer.link.outbox.raw(data, from, to);
  }

  bulkPart(data: Buffer, from: number, to: number, last: boolean): void {
    const parcel = this.#expected[0] as Parcel;
    if (!this.#discarding) this.#writer.link.outbox.raw(data, from, to);
    if (!last) return;
    if (this.#discarding) parcel.call.large.push(parcel.keys[parcel.received]!);
    else this.#writer.endRestore();
    this.#end(parcel);
  }

  error(message: string): void {
    this.#events.failed(sideError("source", new RedisError(message)));
  }

  settled(): void {
    this.#events.settled();
  }

  lost(error: Error): void {
    this.#events.failed(sideError("source", error));
  }

  #select(db: number): void {
    if (db === this.#db) return;
    this.#db = db;
    this.link.outbox.raw(SELECT);
    this.link.outbox.number(db);
  }

  #size(call: Call, bytes: number): void {
    call.sizes.push(bytes);
    if (call.sized) this.#expected.shift();
  }

  #begin(parcel: Parcel): void {
    if (parcel.received === 0) this.#writer.begin(parcel);
  }

  #restore(parcel: Parcel, length: number): void {
    this.#begin(parcel);
    this.#writer.restore(parcel, parcel.keys[parcel.received]!, restoreExpiry(this.#expiry));
    parcel.call.copied += 1;
    parcel.bytes += length;
  }

  #end(parcel: Parcel): void {
    parcel.received += 1;
    if (parcel.received < parcel.keys.length) return;
    this.#expected.shift();
    this.#writer.end();
  }
}

/** The servers say -1 for "never" and -2 for "no such key"; RESTORE says 0 for "never", so that 0 ms left are 1. */
function restoreExpiry(told: number): number {
  return told < 0 ? 0 : Math.max(1, told);
}
