import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { Transform } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { RedisAddress } from "../../../../transfer/redis/connection.ts";

/**
 * A link that can be cut, slowed and led to another server: what a network does, and what a failover does to a name.
 */
export class Proxy {
  readonly #server: Server;
  readonly #links = new Set<Socket>();
  #upstream: RedisAddress;
  #delayMs = 0;
  #closed = false;

  private constructor(upstream: RedisAddress) {
    this.#upstream = upstream;
    this.#server = createServer((client) => this.#link(client));
  }

  static async to(upstream: RedisAddress): Promise<Proxy> {
    const proxy = new Proxy(upstream);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get address(): RedisAddress {
    const { port } = this.#server.address() as { port: number };
    return { ...this.#upstream, host: "127.0.0.1", port };
  }

  get upstream(): RedisAddress {
    return this.#upstream;
  }

  /** Ends every connection. */
  cut(): void {
    for (const link of this.#links) link.destroy();
  }

  /** Ends every connection and takes no more until `open`. */
  close(): void {
    this.#closed = true;
    this.cut();
  }

  open(): void {
    this.#closed = false;
  }

  /** Every chunk takes so much longer, in each direction. */
  slow(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  /** The name leads elsewhere from now on; old connections end. */
  leadTo(upstream: RedisAddress): void {
    this.#upstream = upstream;
    this.cut();
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, "close");
  }

  #link(client: Socket): void {
    if (this.#closed) {
      client.destroy();
      return;
    }
    const server = connect(this.#upstream.port, this.#upstream.host);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.setNoDelay(true);
      this.#links.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.#links.delete(one);
        other.destroy();
      });
      one.pipe(this.#slowly()).pipe(other);
    }
  }

  #slowly(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        if (this.#delayMs === 0) done(null, chunk);
        else void delay(this.#delayMs).then(() => done(null, chunk));
      },
    });
  }
}
