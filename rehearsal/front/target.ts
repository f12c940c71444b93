import { Pool, type Dispatcher } from "undici";
import type { TargetAddress, TargetGroupSettings, TargetHealth } from "./messages.ts";

/** Successes in a row that make an unhealthy target healthy again. */
const HEALTHY_THRESHOLD = 2;

/** One target of the balancer: its connections, its requests in flight and its health. */
export class Target {
  readonly address: TargetAddress;
  readonly #settings: TargetGroupSettings;
  readonly #pool: Pool;
  readonly #onHealth: (health: TargetHealth) => void;
  #health: TargetHealth = "initial";
  #streak = 0;
  #inFlight = 0;
  #idle: (() => void) | undefined;
  #nextProbe: NodeJS.Timeout | undefined;

  constructor(
    address: TargetAddress,
    settings: TargetGroupSettings,
    onHealth: (health: TargetHealth) => void,
  ) {
    this.address = address;
    this.#settings = settings;
    this.#pool = new Pool(`http://${address.host}:${address.port}`, { connectTimeout: 2_000 });
    this.#onHealth = onHealth;
    void this.#probe();
  }

  get health(): TargetHealth {
    return this.#health;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Forwards one request; the target counts it as in flight until `finished` is called. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#inFlight++;
    this.#pool.dispatch(options, handler);
  }

  finished(): void {
    this.#inFlight--;
    if (this.#inFlight === 0) this.#idle?.();
  }

  /** Gets no new requests; resolves when those in flight have ended, or the delay has passed. */
  async drain(): Promise<void> {
    clearTimeout(this.#nextProbe);
    this.#become("draining");
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#settings.deregistrationDelayMs);
        this.#idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await this.#pool.destroy();
  }

  async #probe(): Promise<void> {
    const passed = await this.#passesProbe();
    if (this.#health === "draining") return;
    const agrees = passed === (this.#health === "healthy");
    this.#streak = agrees ? 0 : this.#streak + 1;
    if (!agrees && this.#streak >= this.#threshold(passed)) {
      this.#streak = 0;
      this.#become(passed ? "healthy" : "unhealthy");
    }
    this.#nextProbe = setTimeout(() => void this.#probe(), this.#settings.intervalMs);
  }

  #threshold(passed: boolean): number {
    if (!passed) return this.#settings.unhealthyThreshold;
    return this.#health === "initial" ? 1 : HEALTHY_THRESHOLD;
  }

  async #passesProbe(): Promise<boolean> {
    try {
      const { statusCode, body } = await this.#pool.request({
        method: "GET",
        path: this.#settings.healthPath,
        signal: AbortSignal.timeout(this.#settings.timeoutMs),
      });
      await body.dump();
      return statusCode === 200;
    } catch {
      return false;
    }
  }

  #become(health: TargetHealth): void {
    if (health === this.#health) return;
    this.#health = health;
    this.#onHealth(health);
  }
}
