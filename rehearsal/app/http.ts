import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export interface HttpRequest {
  /** The `:id` of the route, decoded; empty where the route has none. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** The JSON body. Throws `HttpError` 400 or 413. */
  json(): Promise<unknown>;
}

export interface HttpReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `"PUT /sessions/:id"` → what answers it; a path is a collection and perhaps an id. */
export type Routes = Readonly<Record<string, (request: HttpRequest) => Promise<HttpReply>>>;

/** An answer that is the client's doing. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const LONGEST_BODY_BYTES = 64 * 1024;

/**
 * An HTTP server over a table of routes. An error that no route accounts for goes to `onError` and
 * is answered 500 with the outcome called unknown: the write may or may not have been executed.
 */
export function createHttpServer(routes: Routes, onError: (error: Error) => void): Server {
  const server = createServer((request, response) => {
    void answer(routes, request).then(
      (reply) => send(server, response, reply),
      (error: Error) => {
        onError(error);
        send(server, response, { status: 500, body: { error: "failed", outcome: "unknown" } });
      },
    );
  });
  // Longer than the balancer keeps its connections, so that it never writes into a closing one.
  server.keepAliveTimeout = 75_000;
  return server;
}

/** Accepts no further connection; resolves when every request that had begun is answered. */
export function drainHttpServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeIdleConnections();
  });
}

async function answer(routes: Routes, request: IncomingMessage): Promise<HttpReply> {
  const [path = "", query] = request.url!.split("?", 2);
  const [, collection, id, ...rest] = path.split("/");
  const route = routes[`${request.method} /${collection}${id ? "/:id" : ""}`];
  if (route === undefined || rest.length > 0) return { status: 404, body: { error: "not found" } };
  try {
    return await route({
      id: decodeId(id ?? ""),
      query: new URLSearchParams(query),
      json: () => readJson(request),
    });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return { status: error.status, body: { error: error.message } };
  }
}

function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw new HttpError(400, "the path is not valid");
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LONGEST_BODY_BYTES) throw new HttpError(413, "the body is too long");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new HttpError(400, "the body is not JSON");
  }
}

function send(server: Server, response: ServerResponse, reply: HttpReply): void {
  if (!server.listening) response.shouldKeepAlive = false;
  if (reply.body === undefined) {
    response.writeHead(reply.status, reply.headers);
    response.end();
    return;
  }
  const body = JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...reply.headers,
  });
  response.end(body);
}
