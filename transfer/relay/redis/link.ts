import type { Socket } from "node:net";
import type { RedisAddress } from "../../redis/connection.ts";
import { dial } from "./dial.ts";
import { Flight, type Answer } from "./flight.ts";
import { ReplyStream } from "./replyStream.ts";
import { credentials, ownAnswer } from "./restore.ts";
import type { ClientState } from "./state.ts";

/** What happens on an upstream connection. */
export interface LinkEvents {
  ready(link: Link): void;
  /** Bytes for the client. */
  reply(bytes: Buffer): void;
  /** A chunk of replies has been dealt with. */
  progress(link: Link): void;
  /** The connection takes more again. */
  drained(link: Link): void;
  /** The connection is gone. */
  closed(link: Link): void;
}

/** One session's connection to an upstream, and what is under way on it. */
export class Link {
  readonly address: RedisAddress;
  readonly flight = new Flight();
  /** The server's number for this connection, once it was asked for. */
  clientId: number | undefined;
  /** The connection stands. */
  ready = false;
  /** Where it comes from, as the upstream sees it; undefined until it stands. */
  local: { readonly host: string; readonly port: number } | undefined;
  /** The upstream has answered a request of the relay's own with an error. */
  refused = false;
  /** Requests were forwarded that get no reply, so that their execution is not proven by one. */
  unproven = false;
  /** What comes is passed on unseen: bounds of requests and replies are no longer known. */
  opaque = false;
  readonly #socket: Socket;
  readonly #replies: ReplyStream;
  #leaving = false;

  constructor(address: RedisAddress, state: ClientState, events: LinkEvents) {
    this.address = address;
    this.#replies = new ReplyStream(this.flight, state, (bytes) => {
      if (!this.#leaving) events.reply(bytes);
    });
    this.#socket = dial(address, {
      ready: () => {
        this.ready = true;
        this.local = { host: this.#socket.localAddress!, port: this.#socket.localPort! };
        this.#authenticate();
        events.ready(this);
      },
      received: (chunk) => this.#receive(chunk, events),
    });
    this.#socket.on("drain", () => events.drained(this));
    this.#socket.on("error", () => {}); // "close" follows.
    this.#socket.on("close", () => events.closed(this));
  }

  /** The socket's own buffer is full: wait until it has drained. */
  get full(): boolean {
    return this.#socket.writableNeedDrain;
  }

  /** No reply has been passed on in part. */
  get atBoundary(): boolean {
    return this.#replies.atBoundary;
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** A request of the relay's own. */
  send(request: Buffer, answer: Answer): void {
    this.flight.expect(answer);
    this.#socket.write(request);
  }

  /** What is written from now on goes out together, at `uncork`. */
  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** The client sends no more: the server answers what it has and closes. */
  end(): void {
    this.#socket.end();
  }

  /** The client is gone: lets the server finish what was forwarded; its answers are read and thrown away. */
  leave(): void {
    this.#leaving = true;
    this.#socket.resume();
    this.#socket.end();
  }

  /** Of no use any more: what still comes is thrown away. */
  silence(): void {
    this.#leaving = true;
  }

  destroy(): void {
    this.#leaving = true;
    this.#socket.destroy();
  }

  #authenticate(): void {
    const own = credentials(this.address);
    if (own) this.send(own, ownAnswer(this));
  }

  #receive(chunk: Buffer, events: LinkEvents): void {
    if (!this.opaque) this.#replies.push(chunk);
    else if (!this.#leaving) events.reply(chunk);
    // More replies than requests: the bounds were misread. It can no longer be carried over, but still be served.
    if (this.flight.owed < 0) this.opaque = true;
    events.progress(this);
  }
}
