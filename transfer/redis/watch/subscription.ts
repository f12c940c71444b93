import type { Socket } from "node:net";
import { RedisConnection, type RedisAddress } from "../connection.ts";
import { sideError } from "../errors.ts";
import { serverInfo } from "../info.ts";
import { RedisError } from "../parser.ts";
import { MessageParser, type Value } from "./resp3.ts";

const PING_EVERY_MS = 1_000;
/** Silence for longer than this, though a PING was sent, means that the connection is dead. */
const SILENCE_MS = 5_000;

/** Who listens on a subscription. */
export interface Listener {
  /** Everything that the server sends but errors, as soon as it is there. */
  message(value: Value): void;
  /** The connection has ended. Comes once, and not after `close`. */
  ended(why: Error): void;
}

/** A connection of its own on which the server sends messages unasked. */
export class Subscription {
  readonly runId: string;
  readonly #socket: Socket;
  readonly #listener: Listener;
  readonly #pinging: NodeJS.Timeout;
  #heardAt = performance.now();
  #ended = false;

  private constructor(socket: Socket, runId: string, listener: Listener) {
    this.runId = runId;
    this.#socket = socket;
    this.#listener = listener;
    const parser = new MessageParser((value) => this.#take(value));
    socket.on("data", (chunk: Buffer) => this.#read(parser, chunk));
    socket.on("error", (error) => this.#end(error));
    socket.on("close", () => this.#end(new Error("the server closed the connection")));
    this.#pinging = setInterval(() => this.#ping(), PING_EVERY_MS);
  }

  /** Connects and authenticates. Rejects with `LinkError` or `RefusedError`. */
  static async open(source: RedisAddress, listener: Listener): Promise<Subscription> {
    try {
      const connection = await RedisConnection.open(source);
      const { run_id: runId = "" } = await serverInfo(connection, "server");
      return new Subscription(connection.detach(), runId, listener);
    } catch (error) {
      throw sideError("source", error);
    }
  }

  /** Sends a command that holds no spaces within its words; its answer comes as a message. */
  send(command: string): void {
    this.#socket.write(`${command}\r\n`);
  }

  close(): void {
    this.#ended = true;
    clearInterval(this.#pinging);
    this.#socket.destroy();
  }

  #read(parser: MessageParser, chunk: Buffer): void {
    this.#heardAt = performance.now();
    try {
      parser.push(chunk);
    } catch (error) {
      this.#end(error as Error);
    }
  }

  #take(value: Value): void {
    if (this.#ended) return;
    if (value instanceof RedisError) this.#end(value);
    else this.#listener.message(value);
  }

  #ping(): void {
    const silent = performance.now() - this.#heardAt;
    if (silent > SILENCE_MS) this.#end(new Error(`silent for ${Math.round(silent)} ms`));
    else this.send("PING");
  }

  #end(why: Error): void {
    if (this.#ended) return;
    this.close();
    this.#listener.ended(why);
  }
}
