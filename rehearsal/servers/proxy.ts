import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { listening } from "../twin/network.ts";

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

/**
 * A TCP proxy on a server's own address: decides who reaches it, and disturbs connections on request. The server sees
 * each client under the client's own address.
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
    const { back, port, admits } = this.#options;
    const peer = client.remoteAddress;
    if (this.#cut || peer === undefined || !admits(peer)) {
      client.on("error", () => {});
      client.resetAndDestroy();
      return;
    }
    const server = connect({
      host: back,
      port,
      localAddress: peer,
      noDelay: true,
      allowHalfOpen: true,
    });
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.on("error", () => {});
      socket.once("close", () => {
        this.#pairs.delete(pair);
        for (const each of pair) each.destroy();
      });
    }
    this.#carry(client, server);
    this.#carry(server, client);
  }

  /** Passes on each chunk when its delay is over, in order, without letting them pile up. */
  #carry(from: Socket, to: Socket): void {
    let held: Promise<void> | undefined;
    const pass = (act: () => void) => {
      if (this.#delayMs === 0 && held === undefined) {
        act();
        return;
      }
      const due = performance.now() + this.#delayMs;
      const mine = (held ?? Promise.resolve()).then(async () => {
        const wait = due - performance.now();
        if (wait > 0) await delay(wait);
        if (!to.destroyed) act();
        if (held === mine) held = undefined;
      });
      held = mine;
    };
    from.on("data", (chunk) =>
      pass(() => {
        if (to.write(chunk)) return;
        from.pause();
        to.once("drain", () => from.resume());
      }),
    );
    from.on("end", () => pass(() => to.end()));
  }

  #reset(): void {
    for (const [client, server] of this.#pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  }
}
