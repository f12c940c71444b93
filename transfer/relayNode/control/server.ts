import { once } from "node:events";
import type { AddressInfo, DropArgument, Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { Message } from "../../switch/protocol.ts";
import { CHANNEL, IDENTITY } from "./channel.ts";
import { ControlConnection, type ControlHandler } from "./connection.ts";
import { Refusals, type Refusal } from "./refusals.ts";

const MAX_CONNECTIONS = 16;
/** Connections that have not proven yet that they have the key are counted in. */
const MAX_SOCKETS = 64;
const HANDSHAKE_WITHIN_MS = 5_000;
const HELLO_WITHIN_MS = 5_000;

export interface ControlOptions {
  readonly host: string;
  readonly port: number;
  readonly key: Buffer;
  readonly handler: ControlHandler;
  /** A driver has so long (ms) after its handshake to say hello; 5 s when absent. */
  readonly helloWithinMs?: number;
  log(line: string): void;
}

/** Where drivers reach a relay. Every one that has the key is heard, and is told all that the relay says. */
export class ControlServer {
  readonly refusals: Refusals;
  readonly #server: Server;
  readonly #handler: ControlHandler;
  readonly #helloWithinMs: number;
  /** Every connection, also those that have proven nothing yet. */
  readonly #sockets = new Set<Socket>();
  readonly #connections = new Set<ControlConnection>();

  private constructor({ key, handler, helloWithinMs, log }: ControlOptions) {
    this.refusals = new Refusals(log);
    this.#handler = handler;
    this.#helloWithinMs = helloWithinMs ?? HELLO_WITHIN_MS;
    this.#server = createServer({
      ...CHANNEL,
      handshakeTimeout: HANDSHAKE_WITHIN_MS,
      pskCallback: (_socket, identity) => (identity === IDENTITY ? key : null),
    });
    this.#server.maxConnections = MAX_SOCKETS;
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.#server.on("secureConnection", (socket) => this.#accept(socket));
    this.#server.on("drop", (dropped?: DropArgument) =>
      this.refusals.count("limit", dropped?.remoteAddress),
    );
    this.#server.on("tlsClientError", (_error, socket) => {
      this.refusals.count("key", socket.remoteAddress);
      socket.destroy();
    });
  }

  /** Listens. Rejects when the address cannot be bound. */
  static async start(options: ControlOptions): Promise<ControlServer> {
    const control = new ControlServer(options);
    control.#server.listen({ host: options.host, port: options.port });
    await once(control.#server, "listening");
    return control;
  }

  get address(): { readonly host: string; readonly port: number } {
    const { address, port } = this.#server.address() as AddressInfo;
    return { host: address, port };
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Tells every driver, if it is something that a relay says. */
  broadcast(message: Message): void {
    if (message.type !== "held" && message.type !== "serving") return;
    for (const connection of this.#connections) connection.send(message);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: TLSSocket): void {
    const from = socket.remoteAddress;
    if (this.#connections.size >= MAX_CONNECTIONS) {
      this.refusals.count("limit", from);
      socket.destroy();
      return;
    }
    const refused = (reason: Refusal) => this.refusals.count(reason, from);
    const connection = new ControlConnection(socket, this.#handler, this.#helloWithinMs, refused);
    this.#connections.add(connection);
    socket.once("close", () => this.#connections.delete(connection));
  }
}
