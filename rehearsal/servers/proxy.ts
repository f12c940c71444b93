import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { listening } from "../twin/network.ts";

/** A TCP proxy on a server's own address, put there to disturb its connections. */
export class DisturbingProxy {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #delayMs = 0;
  #cut = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on `front` and forwards to `back`, both on `port`. */
  static async start(front: string, back: string, port: number): Promise<DisturbingProxy> {
    const server = createServer({ noDelay: true });
    const proxy = new DisturbingProxy(server);
    server.on("connection", (client) => proxy.#forward(client, back, port));
    await listening(server, port, front);
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

  #forward(client: Socket, back: string, port: number): void {
    if (this.#cut) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ host: back, port, noDelay: true });
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
    let before: Promise<void> = Promise.resolve();
    const next = (act: () => void) => {
      const due = performance.now() + this.#delayMs;
      before = before.then(async () => {
        const wait = due - performance.now();
        if (wait > 0) await delay(wait);
        if (!to.destroyed) act();
      });
    };
    from.on("data", (chunk) =>
      next(() => {
        if (to.write(chunk)) return;
        from.pause();
        to.once("drain", () => from.resume());
      }),
    );
    from.on("end", () => next(() => to.end()));
  }

  #reset(): void {
    for (const [client, server] of this.#pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  }
}
