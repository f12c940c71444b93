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
  /** Asked about every new connection before anybody uses it; its rejection closes the connection and rejects `open`. */
  readonly admit?: ((connection: RedisConnection) => Promise<void>) | undefined;
}

export type Argument = string | Buffer | number;
export type Command = readonly Argument[];

/** Commands that went out together and whose replies come back together. */
interface Batch {
  readonly size: number;
  readonly replies: Reply[];
  resolve(replies: Reply[]): void;
  reject(error: Error): void;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** A server that owes an answer and has sent nothing for so long is taken for lost. */
const ANSWER_TIMEOUT_MS = 30_000;
/** Name under which our connections show in the server's client list. */
export const CLIENT_NAME = "godwit";

/**
 * A connection for bulk work: commands go out as they are given, replies come back in order. After an error every pending and later command rejects.
 */
export class RedisConnection {
  readonly #socket: Socket;
  readonly #batches: Batch[] = [];
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
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => {
      if (this.#batches.length > 0) socket.destroy(silent());
    });
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
  }

  /** Connects and authenticates. Rejects with what the network, TLS, the server or `admit` said. */
  static async open(address: RedisAddress): Promise<RedisConnection> {
    const connection = new RedisConnection(await openSocket(address));
    try {
      if (address.password !== undefined) {
        const user = address.username === undefined ? [] : [address.username];
        await connection.ask("AUTH", ...user, address.password);
      }
      const named = await connection.send(["CLIENT", "SETNAME", CLIENT_NAME]);
      // The name only helps whoever looks at the server's clients; a user may lack the right to it.
      if (named instanceof RedisError && named.code !== "NOPERM") throw named;
      await address.admit?.(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  /** Connects for as long as `work` takes. */
  static async use<T>(
    address: RedisAddress,
    work: (connection: RedisConnection) => Promise<T>,
  ): Promise<T> {
    const connection = await RedisConnection.open(address);
    try {
      return await work(connection);
    } finally {
      connection.close();
    }
  }

  /** One command; a server's error is thrown. */
  async ask(...command: Command): Promise<Exclude<Reply, RedisError>> {
    const reply = await this.send(command);
    if (reply instanceof RedisError) throw reply;
    return reply;
  }

  /** One command; a server's error is returned, so that one bad key does not lose a whole batch. */
  async send(command: Command): Promise<Reply> {
    const [reply] = await this.batch([command]);
    return reply!;
  }

  /** Many commands in one write; replies in the same order. */
  batch(commands: readonly Command[]): Promise<Reply[]> {
    if (this.#failed) return Promise.reject(this.#failed);
    if (commands.length === 0) return Promise.resolve([]);
    this.#socket.write(encode(commands));
    return new Promise((resolve, reject) => {
      this.#batches.push({ size: commands.length, replies: [], resolve, reject });
    });
  }

  /**
   * Hands the socket over to somebody who reads and writes it raw; the connection itself is of no use afterwards.
   * Nothing may be pending.
   */
  detach(): Socket {
    // A connection that was lost in the meantime has told so already: it must tell the new owner as well.
    if (this.#failed) process.nextTick(() => this.#socket.emit("close", true));
    this.#failed = new Error("the connection was handed over");
    this.#socket.setTimeout(0);
    for (const event of ["data", "error", "close", "timeout"]) {
      this.#socket.removeAllListeners(event);
    }
    return this.#socket;
  }

  close(): void {
    this.#socket.destroy();
  }

  #settle(reply: Reply): void {
    const batch = this.#batches[0];
    if (!batch) return;
    batch.replies.push(reply);
    if (batch.replies.length < batch.size) return;
    this.#batches.shift();
    batch.resolve(batch.replies);
  }

  #fail(error: Error): void {
    this.#failed ??= error;
    for (const { reject } of this.#batches.splice(0)) reject(this.#failed);
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
  socket.removeAllListeners("error").removeAllListeners("timeout");
  return socket;
}

function silent(): Error {
  return new Error(`the server has owed an answer for ${ANSWER_TIMEOUT_MS / 1000} s`);
}

function timeout(host: string, port: number): Error {
  return new Error(`${host}:${port} did not answer within ${CONNECT_TIMEOUT_MS / 1000} s`);
}

/** Most bytes of `$length\r\n…\r\n` or `*length\r\n` beside what is in it. */
const HEADER = 24;

/** Commands as RESP arrays in one buffer. */
function encode(commands: readonly Command[]): Buffer {
  const out = Buffer.allocUnsafe(mostBytes(commands));
  let at = 0;
  let text = "";
  for (const command of commands) {
    text += `*${command.length}\r\n`;
    for (const argument of command) {
      if (Buffer.isBuffer(argument)) {
        at += out.write(`${text}$${argument.length}\r\n`, at);
        at += argument.copy(out, at);
        text = "\r\n";
      } else {
        const value = String(argument);
        text += `$${Buffer.byteLength(value)}\r\n${value}\r\n`;
      }
    }
  }
  at += out.write(text, at);
  return out.subarray(0, at);
}

function mostBytes(commands: readonly Command[]): number {
  let bytes = 0;
  for (const command of commands) {
    bytes += HEADER;
    for (const argument of command) {
      bytes += HEADER + (Buffer.isBuffer(argument) ? argument.length : byteLength(argument));
    }
  }
  return bytes;
}

function byteLength(argument: string | number): number {
  return typeof argument === "string" ? Buffer.byteLength(argument) : HEADER;
}
