import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { listening } from "../twin/network.ts";
import { splice } from "./splice.ts";

export interface ProxyOptions {
  /** Address to listen on. */
  readonly front: string;
  /** Address of the server behind. */
  readonly back: string;
  /** Of both. */
  readonly port: number;
  /** Whether a connection from this address may pass. */
  admits(peer: string): boolean;
}

/** From there a managed server is reached by its service alone; someone at the twin's machine is not that. */
const SERVERS_OWN = "127.0.0.1";

/**
 * A TCP proxy on a server's own address: decides who reaches it, and disturbs connections on request. The server sees
 * each client under the client's own address, and one without an address in the twin under the proxy's.
 */
export class DisturbingProxy {
  readonly #options: ProxyOptions;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #delayMs = 0;
  #cut = false;

  private constructor(options: ProxyOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true, allowHalfOpen: true });
    this.#server.on("connection", (client) => this.#forward(client));
  }

  /** Resolves when it listens. */
  static async start(options: ProxyOptions): Promise<DisturbingProxy> {
    const proxy = new DisturbingProxy(options);
    await listening(proxy.#server, options.port, options.front);
    return proxy;
  }

  /** Holds everything, in both directions, for this long. */
  slowDown(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  /** While cut, open connections are reset and new ones are, too. */
  setCut(cut: boolean): void {
    this.#cut = cut;
    if (cut) this.#reset();
  }

  async close(): Promise<void> {
    this.#reset();
    this.#server.close();
    await once(this.#server, "close");
  }

  #forward(client: Socket): void {
    const { front, back, port, admits } = this.#options;
    const peer = client.remoteAddress;
    if (this.#cut || peer === undefined || !admits(peer)) {
      client.on("error", () => {});
      client.resetAndDestroy();
      return;
    }
    const server = connect({
      host: back,
      port,
      localAddress: peer === SERVERS_OWN ? front : peer,
      noDelay: true,
      allowHalfOpen: true,
    });
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    splice(client, server, {
      delayMs: () => this.#delayMs,
      onClose: () => this.#pairs.delete(pair),
    });
  }

  #reset(): void {
    for (const [client, server] of this.#pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  }
}
