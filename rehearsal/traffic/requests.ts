import { Client, type Dispatcher } from "undici";
import type { Outcome } from "./ledger.ts";

export interface Answer {
  readonly outcome: Outcome;
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  /** Name of the failure, for the figures; undefined for an answer below 400. */
  readonly failure: string | undefined;
  readonly body: string;
}

const ANSWER_TIMEOUT_MS = 10_000;

/** One keep-alive connection of one user of the application, one request at a time. */
export class HttpClient {
  readonly #client: Client;

  constructor(url: string) {
    this.#client = new Client(url, {
      pipelining: 1,
      headersTimeout: ANSWER_TIMEOUT_MS,
      bodyTimeout: ANSWER_TIMEOUT_MS,
    });
  }

  /** Sends one request, once, and says what is known of it. Never throws. */
  async send(method: Dispatcher.HttpMethod, path: string, body?: unknown): Promise<Answer> {
    try {
      const response = await this.#client.request({
        method,
        path,
        body: body === undefined ? null : JSON.stringify(body),
        headers: { "content-type": "application/json" },
      });
      return classify(response.statusCode, await response.body.text());
    } catch (error) {
      return classifyFailure(error as NodeJS.ErrnoException);
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

/**
 * Below 400 the request was executed. A client error, and the balancer's 503 for want of a target,
 * say that it was not. Any other answer may have come after the write.
 */
function classify(status: number, body: string): Answer {
  if (status < 400) return { outcome: "acknowledged", status, failure: undefined, body };
  const outcome = status < 500 || status === 503 ? "refused" : "unknown";
  return { outcome, status, failure: `HTTP ${status}`, body };
}

/** Only a connection that never came about proves that nothing was executed. */
function classifyFailure(error: NodeJS.ErrnoException): Answer {
  const failure = error.code ?? error.name;
  const outcome = failure === "ECONNREFUSED" ? "refused" : "unknown";
  return { outcome, status: undefined, failure, body: "" };
}
