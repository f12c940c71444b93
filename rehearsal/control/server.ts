import { timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:https";
import { json } from "node:stream/consumers";
import { AwsError, type CertificateFiles } from "../clouds/world.ts";
import { listening } from "../twin/network.ts";

/** Longer than an update, so that a connection is never closed under a plugin that is about to use it again. */
const KEEP_ALIVE_MS = 600_000;

/** What can be asked of a twin, by path. */
export type Routes = Readonly<Record<string, (body: never) => unknown>>;

/** The twin's own endpoint, for its provider plugins and its launcher. Answers nobody without the token. */
export class ControlServer {
  readonly #server: Server;
  readonly #token: string;
  #routes: Routes = {};
  #host = "";

  constructor(token: string) {
    this.#token = token;
    this.#server = createServer((request, response) => {
      this.#respond(request).then(
        ({ status, answer }) => {
          response.writeHead(status, { "content-type": "application/json" });
          response.end(JSON.stringify(answer ?? null));
        },
        (error) => response.writeHead(500).end(JSON.stringify({ message: String(error) })),
      );
    });
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  get host(): string {
    return this.#host;
  }

  /** Takes the address, which makes the network the twin's own; nobody can talk to it before {@link open}. */
  async claim(host: string, port: number): Promise<void> {
    await listening(this.#server, port, host);
    this.#host = host;
  }

  open({ certFile, keyFile }: CertificateFiles, routes: Routes): void {
    this.#routes = routes;
    this.#server.setSecureContext({ cert: readFileSync(certFile), key: readFileSync(keyFile) });
  }

  close(): void {
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  async #respond(request: IncomingMessage): Promise<{ status: number; answer: unknown }> {
    if (!this.#mayEnter(request.headers.authorization)) {
      return { status: 401, answer: { code: "Unauthorized", message: "The token is wrong." } };
    }
    const route = this.#routes[request.url ?? ""];
    if (!route) {
      return { status: 404, answer: { code: "NotFound", message: `No ${request.url} here.` } };
    }
    try {
      const body = request.method === "POST" ? await json(request) : undefined;
      return { status: 200, answer: await route(body as never) };
    } catch (error) {
      const code = error instanceof AwsError ? error.code : "InternalFailure";
      const message = error instanceof Error ? error.message : String(error);
      return { status: 400, answer: { code, message } };
    }
  }

  #mayEnter(authorization = ""): boolean {
    const given = Buffer.from(authorization);
    const wanted = Buffer.from(`Bearer ${this.#token}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}
