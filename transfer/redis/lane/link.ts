import type { Socket } from "node:net";
import type { RedisConnection } from "../connection.ts";
import { FrameCutter, type FrameSink } from "./frames.ts";
import { Outbox } from "./outbox.ts";

/** A server that owes an answer and has sent nothing for so long is taken for lost. DUMP and RESTORE of 512 MB take 2 s. */
const ANSWER_MS = 30_000;

export interface LinkEvents extends FrameSink {
  /** Everything that came with one chunk has been handed out. */
  settled(): void;
  /** Whether an answer is owed. */
  readonly waiting: boolean;
  lost(error: Error): void;
}

/** A raw connection: commands go out by its outbox, replies come back as frames. */
export class Link {
  readonly outbox: Outbox;
  readonly #socket: Socket;

  constructor(connection: RedisConnection, events: LinkEvents) {
    const socket = connection.detach();
    this.#socket = socket;
    this.outbox = new Outbox((bytes, sent) => void socket.write(bytes, sent));
    const cutter = new FrameCutter(events);
    socket.on("data", (chunk: Buffer) => {
      try {
        cutter.push(chunk);
        events.settled();
      } catch (error) {
        events.lost(error as Error);
      }
    });
    socket.on("error", (error) => events.lost(error));
    socket.on("close", () => events.lost(new Error("the server closed the connection")));
    socket.setKeepAlive(true, ANSWER_MS);
    socket.setTimeout(ANSWER_MS, () => {
      if (events.waiting) events.lost(new Error(`no answer within ${ANSWER_MS / 1000} s`));
    });
    socket.resume();
  }

  /** Stops reading until `resume`, so that the server keeps what nobody can take yet. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (this.#socket.isPaused()) this.#socket.resume();
  }

  onSent(listener: () => void): void {
    this.#socket.on("drain", listener);
  }

  close(): void {
    this.#socket.destroy();
  }
}
