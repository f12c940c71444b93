import type { Socket } from "node:net";
import type { PrepareReport } from "../../relay/options.ts";
import type { Message, Side } from "../../switch/protocol.ts";
import type { NodeStatus } from "../status.ts";
import { HEARTBEAT_MS } from "./channel.ts";
import {
  driverFrame,
  encodeFrame,
  FrameReader,
  MalformedFrameError,
  type DriverFrame,
  type RelayFrame,
} from "./frames.ts";
import type { Refusal } from "./refusals.ts";

/** A driver that has not been heard of for so long is gone. */
const GONE_AFTER_MS = 6 * HEARTBEAT_MS;
/** Answers that a driver has not read yet are at most so many bytes. */
const MAX_UNREAD = 1024 * 1024;

/** What drivers may ask of a relay. */
export interface ControlHandler {
  readonly name: string;
  message(message: Message): void;
  /** Rejects when the side cannot be reached. */
  prepare(side: Side): Promise<PrepareReport>;
  status(): NodeStatus;
}

/** One driver's connection, which has proven that it has the key. Nothing is heeded and nothing told before its hello. */
export class ControlConnection {
  readonly #socket: Socket;
  readonly #handler: ControlHandler;
  readonly #refused: (reason: Refusal) => void;
  readonly #hello: NodeJS.Timeout;
  #known = false;

  constructor(
    socket: Socket,
    handler: ControlHandler,
    helloWithinMs: number,
    refused: (reason: Refusal) => void,
  ) {
    this.#socket = socket;
    this.#handler = handler;
    this.#refused = refused;
    this.#hello = setTimeout(() => this.#refuse("silent"), helloWithinMs);
    const reader = new FrameReader(driverFrame);
    socket.setNoDelay(true);
    socket.setTimeout(GONE_AFTER_MS, () => socket.destroy());
    socket.on("data", (chunk: Buffer) => this.#read(reader, chunk));
    socket.on("error", () => {}); // "close" follows.
    socket.on("close", () => clearTimeout(this.#hello));
  }

  /** Tells the driver, if it has said hello. */
  send(frame: RelayFrame): void {
    if (!this.#known || this.#socket.destroyed) return;
    this.#socket.write(encodeFrame(frame));
    if (this.#socket.writableLength > MAX_UNREAD) this.#refuse("reader");
  }

  #read(reader: FrameReader<DriverFrame>, chunk: Buffer): void {
    try {
      for (const frame of reader.read(chunk)) {
        this.#take(frame);
        if (this.#socket.destroyed) return;
      }
    } catch (error) {
      if (!(error instanceof MalformedFrameError)) throw error;
      this.#refuse("frame");
    }
  }

  #take(frame: DriverFrame): void {
    if (frame.type === "hello") return this.#greet(frame.relay);
    if (!this.#known) return this.#refuse("frame");
    switch (frame.type) {
      case "prepare":
        return void this.#prepare(frame.id, frame.side);
      case "status":
        return this.send({ type: "status", id: frame.id, status: this.#handler.status() });
      default:
        return this.#handler.message(frame);
    }
  }

  #greet(relay: string): void {
    if (relay !== this.#handler.name) return this.#refuse("name");
    clearTimeout(this.#hello);
    this.#known = true;
  }

  async #prepare(id: number, side: Side): Promise<void> {
    try {
      this.send({ type: "prepared", id, report: await this.#handler.prepare(side) });
    } catch (error) {
      this.send({ type: "failed", id, why: (error as Error).message });
    }
  }

  #refuse(reason: Refusal): void {
    this.#refused(reason);
    this.#socket.destroy();
  }
}
