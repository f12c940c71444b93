import { setTimeout as delay } from "node:timers/promises";
import type { RedisAddress } from "./connection.ts";
import { HealthWatch, type Health } from "./health.ts";

/** From when on the source is spared, and how. */
export interface Thresholds {
  /** 99th percentile of PING over the last second, beyond what the network takes, in ms. */
  readonly pingMs: number;
  /** Share of one core that the source's main thread uses: it has no more than one. */
  readonly cpu: number;
  /** A copy gets no less of the time than this from a source whose core is busy: else it might never end. */
  readonly leastShare: number;
  /**
   * And no less than this from one that is slow to answer with its core not busy: then the time is lost elsewhere,
   * in its machine, on the way, or in others' long commands, and a slower copy would not bring it back.
   */
  readonly leastShareWhenSlow: number;
}

/**
 * A PING's 99th percentile must stay within 5 ms while a copy runs: 3 ms leave room for what is in flight when we
 * see it. A Redis above 90 % of its core has no reserve for its clients' bursts.
 */
export const DEFAULT_THRESHOLDS: Thresholds = {
  pingMs: 3,
  cpu: 0.9,
  leastShare: 0.1,
  leastShareWhenSlow: 0.3,
};

/** A bad second takes a quarter of the share, a good quarter gives a twentieth: quick to yield, slow to take. */
const YIELD = 0.75;
const TAKE = 0.05;
/** Readings tell of the last second: before it has passed they do not show yet what yielding has done. */
const READINGS_A_WINDOW = 4;
/** Shorter rests are saved up: timers are no finer. */
const SHORTEST_REST_MS = 2;
/** No rest is so long that an abort or a better reading would be seen late. */
const LONGEST_REST_MS = 500;

/** Keeps a copy's load on the source within bounds. */
export interface Pace {
  /** Share of the time that the copy may use, 0 to 1. */
  readonly share: number;
  /** The last reading; undefined before the first, and where nothing is measured. */
  readonly health: Health | undefined;
  /** Called after `workedMs` of work: waits for as long as the source is to be left alone. Rejects when aborted. */
  rest(workedMs: number, signal?: AbortSignal): Promise<void>;
  stop(): void;
}

/** No throttle at all. */
export const UNTHROTTLED: Pace = {
  share: 1,
  health: undefined,
  rest: async (_workedMs, signal) => signal?.throwIfAborted(),
  stop: () => undefined,
};

/** A throttle by the source's own health, measured until `stop`. `false`: none. */
export function startPace(source: RedisAddress, throttle: Partial<Thresholds> | false = {}): Pace {
  if (throttle === false) return UNTHROTTLED;
  const share = new Share({ ...DEFAULT_THRESHOLDS, ...throttle });
  const watch = new HealthWatch(source, (health) => share.observe(health));
  return new HealthPace(share, watch);
}

/** Additive increase, multiplicative decrease of the share, one step a reading. */
export class Share {
  readonly #thresholds: Thresholds;
  #value = 1;
  #health: Health | undefined;
  #sinceYielding = READINGS_A_WINDOW;

  constructor(thresholds: Thresholds = DEFAULT_THRESHOLDS) {
    this.#thresholds = thresholds;
  }

  get value(): number {
    return this.#value;
  }

  get health(): Health | undefined {
    return this.#health;
  }

  observe(health: Health): void {
    const { pingMs, cpu, leastShare, leastShareWhenSlow } = this.#thresholds;
    this.#health = health;
    this.#sinceYielding += 1;
    const busy = health.cpu > cpu;
    const slow = health.pingP99Ms - health.pingLeastMs > pingMs;
    if (!busy && !slow) {
      this.#value = Math.min(1, this.#value + TAKE);
    } else if (this.#sinceYielding >= READINGS_A_WINDOW) {
      const least = Math.min(this.#value, busy ? leastShare : leastShareWhenSlow);
      this.#value = Math.max(least, this.#value * YIELD);
      this.#sinceYielding = 0;
    }
  }
}

class HealthPace implements Pace {
  readonly #share: Share;
  readonly #watch: HealthWatch;
  #owedMs = 0;

  constructor(share: Share, watch: HealthWatch) {
    this.#share = share;
    this.#watch = watch;
  }

  get share(): number {
    return this.#share.value;
  }

  get health(): Health | undefined {
    return this.#share.health;
  }

  async rest(workedMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#owedMs += workedMs * (1 / this.share - 1);
    if (this.#owedMs < SHORTEST_REST_MS) return;
    await delay(Math.min(this.#owedMs, LONGEST_REST_MS), undefined, signal && { signal }).catch(
      () => signal?.throwIfAborted(),
    );
    this.#owedMs = 0;
  }

  stop(): void {
    this.#watch.stop();
  }
}
