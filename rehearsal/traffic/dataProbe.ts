import { Redis } from "ioredis";
import { redisOptions } from "../../appkit/redis.ts";
import { LEADERBOARD_KEY } from "../app/scores.ts";
import type { ProbeFigures } from "./messages.ts";
import { StallMeter } from "./meter.ts";

const IN_FLIGHT = 32;
const TIMEOUT_MS = 5_000;

/**
 * Reads from the data server that the application is configured for, by the way it is configured for: past the
 * application, and through the relays while it goes through them. It never writes: what the move copies must not change
 * while the application is stopped.
 */
export class DataProbe {
  readonly #meter = new StallMeter();
  #redis: Redis | undefined;
  #inFlight = 0;

  /** Connects as a task with this environment would; undefined: leaves, as the last task does. */
  follow(env: Readonly<Record<string, string>> | undefined): void {
    this.#redis?.disconnect();
    this.#redis = undefined;
    if (env === undefined) return;
    this.#redis = new Redis({
      ...redisOptions(env),
      connectionName: "probe",
      commandTimeout: TIMEOUT_MS,
      enableOfflineQueue: false,
    });
    this.#redis.on("error", (error: NodeJS.ErrnoException) => {
      this.#meter.error(error.code ?? error.message);
    });
  }

  tick(): void {
    if (this.#redis?.status !== "ready" || this.#inFlight >= IN_FLIGHT) return;
    const startedAt = performance.now();
    this.#inFlight++;
    void this.#redis
      .zscore(LEADERBOARD_KEY, "probe-0")
      .then(
        () => this.#meter.success(performance.now() - startedAt),
        (error: Error) => this.#meter.error(error.message),
      )
      .finally(() => this.#inFlight--);
  }

  figures(): ProbeFigures {
    return this.#meter.figures();
  }
}
