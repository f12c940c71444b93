import { Agent, request } from "undici";
import type { ProbeFigures } from "./messages.ts";
import { StallMeter } from "./meter.ts";

/** Probes in flight at once: so many sessions, so that none reads what another has written. */
const LANES = 32;
const TIMEOUT_MS = 5_000;

/** A small write and read through the application: each must come back as it was written. */
export class ApplicationProbe {
  readonly #url: string;
  readonly #meter = new StallMeter();
  readonly #agent = new Agent({
    connections: LANES,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  readonly #free = Array.from({ length: LANES }, (_, lane) => lane);
  #sequence = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** Starts a probe, unless as many as may be are still waiting for their answers. */
  tick(): void {
    const lane = this.#free.shift();
    if (lane === undefined) return;
    const startedAt = performance.now();
    void this.#probe(lane)
      .then(
        () => this.#meter.success(performance.now() - startedAt),
        (error: NodeJS.ErrnoException) => this.#meter.error(error.code ?? error.message),
      )
      .finally(() => this.#free.push(lane));
  }

  figures(): ProbeFigures {
    return this.#meter.figures();
  }

  async #probe(lane: number): Promise<void> {
    const seq = ++this.#sequence;
    const path = `/sessions/probe-${lane}`;
    await this.#send("PUT", path, JSON.stringify({ seq }));
    const stored = JSON.parse(await this.#send("GET", path)) as { seq: number };
    if (stored.seq !== seq) throw new Error("read something else than was written");
  }

  async #send(method: "GET" | "PUT", path: string, body?: string): Promise<string> {
    const response = await request(this.#url + path, {
      method,
      body: body ?? null,
      dispatcher: this.#agent,
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new Error(`HTTP ${response.statusCode}`);
    return text;
  }
}
