import type { RedisConnection } from "../connection.ts";
import type { CopyResult, Lane, LaneIdentity } from "../lane.ts";
import { SourceReader } from "./reader.ts";
import { Call, type Parcel } from "./work.ts";
import { TargetWriter } from "./writer.ts";

/** Keys asked for and not acknowledged; enough that neither server ever waits for us. */
const WINDOW_KEYS = 4_096;
/** The same in bytes of the source's memory; bounds what either server has to buffer for us. */
const WINDOW_BYTES = 8 * 1024 * 1024;
/** Keys whose sizes are asked for ahead of their values. */
const SIZES_AHEAD = 4_096;
/** Bytes that wait for the target before the source is no longer read. */
const UNSENT_BYTES = 4 * 1024 * 1024;

/** What the source can tell, and so how the lane asks. */
export interface Dialect {
  /** PEXPIRETIME: expiries to the millisecond. Without it PTTL, late by the time that a value is under way. */
  readonly absoluteExpiry: boolean;
  /** MEMORY USAGE: without it large values are known only when they come. */
  readonly sizes: boolean;
}

/**
 * Two connections and the calls between them. Sizes are asked ahead; values are asked in the calls' order, within a
 * window of keys and bytes that only the target's acknowledgement opens again, and written on as they come.
 */
export class OrderedLane implements Lane {
  readonly identity: LaneIdentity;
  readonly #dialect: Dialect;
  readonly #largeAbove: number;
  readonly #reader: SourceReader;
  readonly #writer: TargetWriter;
  /** Calls whose sizes have not been asked for. */
  readonly #unsized: Call[] = [];
  /** Calls whose values have not all been asked for; sizes are known or under way. */
  readonly #ready: Call[] = [];
  readonly #unfinished = new Set<Call>();
  /** Parcels that the target has not acknowledged. */
  readonly #parcels = new Set<Parcel>();
  #sizedAhead = 0;
  #window = { keys: 0, bytes: 0 };
  #failed: Error | undefined;

  constructor(
    source: RedisConnection,
    target: RedisConnection,
    dialect: Dialect,
    options: { readonly identity: LaneIdentity; readonly largeAbove: number },
  ) {
    this.identity = options.identity;
    this.#largeAbove = options.largeAbove;
    this.#dialect = dialect;
    const events = {
      acknowledged: (parcel: Parcel) => this.#acknowledge(parcel),
      settled: () => this.#pump(),
      failed: (error: Error) => this.#fail(error),
    };
    this.#writer = new TargetWriter(target, dialect.absoluteExpiry, events);
    this.#reader = new SourceReader(source, this.#writer, dialect.absoluteExpiry, events);
    this.#writer.link.onSent(() => this.#reader.link.resume());
  }

  get bytesInFlight(): number {
    let bytes = 0;
    for (const parcel of this.#parcels) bytes += parcel.bytes;
    return bytes;
  }

  copy(db: number, keys: readonly Buffer[]): Promise<CopyResult> {
    const call = new Call(db, keys);
    if (this.#failed) {
      call.reject(this.#failed);
      return call.done;
    }
    this.#unfinished.add(call);
    this.#unsized.push(call);
    this.#pump();
    return call.done;
  }

  close(): void {
    this.#fail(new Error("the lane was closed"));
  }

  #pump(): void {
    if (this.#failed) return;
    this.#askSizes();
    this.#askValues();
    this.#reader.link.outbox.flush();
    this.#writer.link.outbox.flush();
    if (this.#writer.link.outbox.unsent > UNSENT_BYTES) this.#reader.link.pause();
  }

  #askSizes(): void {
    while (this.#unsized.length > 0 && this.#sizedAhead < SIZES_AHEAD) {
      const call = this.#unsized.shift()!;
      this.#sizedAhead += call.keys.length;
      this.#ready.push(call);
      if (this.#dialect.sizes && call.keys.length > 0) this.#reader.askSizes(call);
      else call.assumeSizes();
    }
  }

  #askValues(): void {
    while (this.#ready[0]?.sized && !this.#windowFull()) {
      const call = this.#ready[0];
      const parcel = call.nextParcel(this.#largeAbove);
      if (parcel) this.#ask(parcel);
      if (!call.exhausted) continue;
      this.#ready.shift();
      this.#sizedAhead -= call.keys.length;
      this.#settle(call);
    }
  }

  #windowFull(): boolean {
    return this.#window.keys >= WINDOW_KEYS || this.#window.bytes >= WINDOW_BYTES;
  }

  #ask(parcel: Parcel): void {
    this.#parcels.add(parcel);
    this.#window.keys += parcel.keys.length;
    this.#window.bytes += parcel.announced;
    this.#reader.askValues(parcel);
  }

  #acknowledge(parcel: Parcel): void {
    this.#parcels.delete(parcel);
    this.#window.keys -= parcel.keys.length;
    this.#window.bytes -= parcel.announced;
    parcel.call.acknowledge(parcel);
    this.#settle(parcel.call);
  }

  #settle(call: Call): void {
    if (call.resolveIfDone()) this.#unfinished.delete(call);
  }

  #fail(error: Error): void {
    if (this.#failed) return;
    this.#failed = error;
    this.#reader.link.close();
    this.#writer.link.close();
    for (const call of this.#unfinished) call.reject(error);
    this.#unfinished.clear();
  }
}
