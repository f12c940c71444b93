import type { Socket } from "node:net";
import type { Counters } from "../counters.ts";
import { EMPTY } from "./wire.ts";

const KEEP_ALIVE_MS = 60_000;

/** What happens on a client's connection. */
export interface ClientEvents {
  /** More is waiting to be forwarded. */
  received(): void;
  /** It will send no more. */
  ended(): void;
  /** It has read what it was given. */
  caughtUp(): void;
  /** The connection is gone. */
  gone(): void;
}

/** A client's connection, with what it sent and was not forwarded yet. */
export class Client {
  waiting: Buffer = EMPTY;
  /** It will send no more. */
  ended = false;
  readonly #socket: Socket;
  readonly #counters: Counters;
  #paused = false;

  constructor(socket: Socket, counters: Counters, events: ClientEvents) {
    this.#socket = socket;
    this.#counters = counters;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on("data", (chunk: Buffer) => {
      counters.bytesFromClients += chunk.length;
      this.waiting = this.waiting.length > 0 ? Buffer.concat([this.waiting, chunk]) : chunk;
      events.received();
    });
    socket.on("end", () => {
      this.ended = true;
      events.ended();
    });
    socket.on("drain", () => events.caughtUp());
    socket.on("error", () => {}); // "close" follows.
    socket.on("close", () => events.gone());
  }

  /** It has not read its replies yet. */
  get full(): boolean {
    return this.#socket.writableNeedDrain;
  }

  /** False when it should be given no more until it has drained. */
  write(bytes: Buffer): boolean {
    this.#counters.bytesToClients += bytes.length;
    return this.#socket.write(bytes);
  }

  /** The first `count` waiting bytes have been forwarded. */
  forwarded(count: number): void {
    this.waiting = count < this.waiting.length ? this.waiting.subarray(count) : EMPTY;
  }

  /** Reads on, or not. */
  pause(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) this.#socket.pause();
    else this.#socket.resume();
  }

  /** Closes the connection once it has been given everything. */
  finish(): void {
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
