import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { errors, type Dispatcher } from "undici";
import type { Target } from "./target.ts";

/** Headers that belong to one connection and must not cross a proxy. */
const HOP_BY_HOP = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Sends a request on to a target and streams the answer back, either way at the slower side's pace. */
export function forward(request: IncomingMessage, response: ServerResponse, target: Target): void {
  target.dispatch(
    {
      method: request.method as Dispatcher.HttpMethod,
      path: request.url!,
      headers: requestHeaders(request),
      body: hasBody(request) ? request : null,
    },
    new Forwarding(response, target),
  );
}

/** Answers in the balancer's own name. */
export function refuse(response: ServerResponse, status: 502 | 503 | 504, reason: string): void {
  const body = `${status} ${reason}\n`;
  response.writeHead(status, {
    server: "godwit-front",
    "content-type": "text/plain",
    "content-length": body.length,
  });
  response.end(body);
}

class Forwarding implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;
  readonly #target: Target;
  #over = false;

  constructor(response: ServerResponse, target: Target) {
    this.#response = response;
    this.#target = target;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#response.once("close", () => {
      if (!this.#response.writableFinished) controller.abort(new Error("the client has gone"));
    });
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    for (const name of HOP_BY_HOP) delete headers[name];
    this.#response.writeHead(status, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#response.write(chunk)) return;
    controller.pause();
    this.#response.once("drain", () => controller.resume());
  }

  onResponseEnd(): void {
    this.#response.end();
    this.#finish();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#response.headersSent || this.#response.destroyed) this.#response.destroy();
    else if (error instanceof errors.HeadersTimeoutError) {
      refuse(this.#response, 504, "Gateway Timeout");
    } else refuse(this.#response, 502, "Bad Gateway");
    this.#finish();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#target.finished();
  }
}

function requestHeaders(request: IncomingMessage): string[] {
  const headers: string[] = [];
  const raw = request.rawHeaders;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!;
    if (!HOP_BY_HOP.has(name.toLowerCase())) headers.push(name, raw[at + 1]!);
  }
  const before = request.headers["x-forwarded-for"];
  const from = request.socket.remoteAddress ?? "";
  headers.push("x-forwarded-for", before === undefined ? from : `${before.toString()}, ${from}`);
  headers.push("x-forwarded-proto", "http");
  return headers;
}

function hasBody(request: IncomingMessage): boolean {
  const length = request.headers["content-length"];
  return request.headers["transfer-encoding"] !== undefined || (length ?? "0") !== "0";
}
