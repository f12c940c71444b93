import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const MAX_CONNECTIONS = 64;
/** A client has so long (ms) for its whole request. */
const REQUEST_WITHIN_MS = 5_000;
const TEXT = "text/plain; charset=utf-8";
const EXPOSITION = "text/plain; version=0.0.4; charset=utf-8";

export interface HealthOptions {
  readonly host: string;
  readonly port: number;
  health(): { readonly healthy: boolean; readonly line: string };
  /** In Prometheus' text format. */
  metrics(): string;
}

/** Tells a load balancer and Prometheus how a relay is, over plain HTTP: `/healthz` and `/metrics`. */
export class HealthServer {
  readonly #server: Server;
  readonly #options: HealthOptions;

  private constructor(options: HealthOptions) {
    this.#options = options;
    this.#server = createServer(
      { requestTimeout: REQUEST_WITHIN_MS, connectionsCheckingInterval: REQUEST_WITHIN_MS },
      (request, response) => this.#answer(request, response),
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** Listens. Rejects when the address cannot be bound. */
  static async start(options: HealthOptions): Promise<HealthServer> {
    const health = new HealthServer(options);
    health.#server.listen({ host: options.host, port: options.port });
    await once(health.#server, "listening");
    return health;
  }

  get address(): { readonly host: string; readonly port: number } {
    const { address, port } = this.#server.address() as AddressInfo;
    return { host: address, port };
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #answer({ method, url }: IncomingMessage, response: ServerResponse): void {
    if (method !== "GET" && method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      return reply(response, 405, TEXT, "only GET and HEAD\n");
    }
    switch (url?.split("?", 1)[0]) {
      case "/healthz": {
        const { healthy, line } = this.#options.health();
        return reply(response, healthy ? 200 : 503, TEXT, `${line}\n`);
      }
      case "/metrics":
        return reply(response, 200, EXPOSITION, this.#options.metrics());
      default:
        return reply(response, 404, TEXT, "only /healthz and /metrics\n");
    }
  }
}

/** Node leaves the body out of an answer to HEAD. */
function reply(response: ServerResponse, code: number, type: string, body: string): void {
  response.writeHead(code, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
  });
  response.end(body);
}
