import { connect as connectPlain, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { ReplyParser, RedisError, type Reply } from "./parser.ts";

/** How to reach a server. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Present: TLS, verified against `servername` and `ca` (the system's authorities when absent). */
  readonly tls?: { readonly servername: string; readonly ca?: string | undefined } | undefined;
  /** Name resolution other than the system's. */
  readonly lookup?: LookupFunction | undefined;
}

export type Argument = string | Buffer | number;
export type Command = readonly Argument[];

const CONNECT_TIMEOUT_MS = 5_000;
/** Name under which our connections show in the server's client list. */
export const CLIENT_NAME = "godwit";

/**
 * A connection for bulk work: commands go out as they are given, replies come back in order. Commands given in
 * one turn of the event loop leave in one packet. After an error every pending and later command rejects.
 */
export class RedisConnection {
  readonly #socket: Socket;
  readonly #waiting: { resolve(reply: Reply): void; reject(error: Error): void }[] = [];
  #next = 0;
  #failed: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const parser = new ReplyParser((reply) => this.#settle(reply));
    socket.on("data", (chunk: Buffer) => {
      try {
        parser.push(chunk);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
  }

  /** Connects and authenticates. Rejects with what the network, TLS or the server said. */
  static async open(address: RedisAddress): Promise<RedisConnection> {
    const connection = new RedisConnection(await openSocket(address));
    try {
      if (address.password !== undefined) {
        const user = address.username === undefined ? [] : [address.username];
        await connection.ask("AUTH", ...user, address.password);
      }
      await connection.ask("CLIENT", "SETNAME", CLIENT_NAME);
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  /** One command; a server's error is thrown. */
  async ask(...command: Command): Promise<Exclude<Reply, RedisError>> {
    const reply = await this.send(command);
    if (reply instanceof RedisError) throw reply;
    return reply;
  }

  /** One command; a server's error is returned, so that one bad key does not lose a whole batch. */
  send(command: Command): Promise<Reply> {
    if (this.#failed) return Promise.reject(this.#failed);
    this.#write(command);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Many commands in one go; replies in the same order. */
  batch(commands: readonly Command[]): Promise<Reply[]> {
    return Promise.all(commands.map((command) => this.send(command)));
  }

  close(): void {
    this.#socket.destroy();
  }

  #write(command: Command): void {
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork();
      process.nextTick(() => this.#socket.uncork());
    }
    this.#socket.write(encode(command));
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting[this.#next++];
    // Shifting each reply off would cost as much as parsing it.
    if (this.#next > 10_000 || this.#next === this.#waiting.length) {
      this.#waiting.splice(0, this.#next);
      this.#next = 0;
    }
    waiting?.resolve(reply);
  }

  #fail(error: Error): void {
    this.#failed ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failed);
    this.#next = 0;
  }
}

async function openSocket(address: RedisAddress): Promise<Socket> {
  const { host, port, tls, lookup } = address;
  const target = { host, port, ...(lookup && { lookup }) };
  const socket = tls
    ? connectTls({ ...target, servername: tls.servername, ca: tls.ca, minVersion: "TLSv1.2" })
    : connectPlain(target);
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(timeout(host, port)));
    socket.once(tls ? "secureConnect" : "connect", resolve);
    socket.once("error", reject);
  });
  socket.setTimeout(0);
  socket.removeAllListeners("error");
  return socket;
}

function timeout(host: string, port: number): Error {
  return new Error(`${host}:${port} did not answer within ${CONNECT_TIMEOUT_MS / 1000} s`);
}

function encode(command: Command): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${command.length}\r\n`)];
  for (const argument of command) {
    const value = Buffer.isBuffer(argument) ? argument : Buffer.from(String(argument));
    parts.push(Buffer.from(`$${value.length}\r\n`), value, LINE_END);
  }
  return Buffer.concat(parts);
}

const LINE_END = Buffer.from("\r\n");
