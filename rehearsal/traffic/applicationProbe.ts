import { Agent, request } from "undici";
import type { ProbeFigures } from "./messages.ts";
import { StallMeter } from "./meter.ts";

/** Probes in flight at once: each lane has a player of its own, so that none counts for another. */
const LANES = 32;
const TIMEOUT_MS = 5_000;

interface Lane {
  readonly player: string;
  /** The total that the application last answered; undefined before, and after a lost answer. */
  total: number | undefined;
}

/** A small write through the application that returns what it has read: a point for a player. */
export class ApplicationProbe {
  readonly #url: string;
  readonly #meter = new StallMeter();
  readonly #agent = new Agent({
    connections: LANES,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  readonly #free = Array.from({ length: LANES }, (_, lane): Lane => {
    return { player: `probe-${lane}`, total: undefined };
  });

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

  async #probe(lane: Lane): Promise<void> {
    const before = lane.total;
    lane.total = undefined;
    const total = await this.#addPoint(lane.player);
    lane.total = total;
    if (before !== undefined && total !== before + 1) {
      throw new Error("the total is not one more than before");
    }
  }

  async #addPoint(player: string): Promise<number> {
    const response = await request(`${this.#url}/scores`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ player, points: 1 }),
      dispatcher: this.#agent,
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new Error(`HTTP ${response.statusCode}`);
    return (JSON.parse(text) as { points: number }).points;
  }
}
