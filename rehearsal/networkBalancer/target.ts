import type { Socket } from "node:net";
import { Flow } from "./flow.ts";
import { passesCheck } from "./healthCheck.ts";
import type { TargetGroupSettings, TargetHealth, TargetSettings } from "./messages.ts";

export interface TargetOptions {
  readonly group: TargetGroupSettings;
  /** The balancer's own address, which looks at targets. */
  readonly from: string;
  onHealth(health: TargetHealth): void;
}

/** One target: its health and the connections to it. */
export class Target {
  #settings: TargetSettings;
  #group: TargetGroupSettings;
  readonly #options: TargetOptions;
  readonly #flows = new Set<Flow>();
  #health: TargetHealth = "initial";
  #streak = 0;
  #nextCheck: NodeJS.Timeout | undefined;

  constructor(settings: TargetSettings, options: TargetOptions) {
    this.#settings = settings;
    this.#group = options.group;
    this.#options = options;
    options.onHealth(this.#health);
    void this.#check();
  }

  get health(): TargetHealth {
    return this.#health;
  }

  get settings(): TargetSettings {
    return this.#settings;
  }

  get group(): TargetGroupSettings {
    return this.#group;
  }

  configure(settings: TargetSettings, group: TargetGroupSettings): void {
    this.#settings = settings;
    this.#group = group;
    if (settings.cut) this.#reset();
  }

  /** Takes a client that came to the balancer's address `front`. */
  accept(client: Socket, front: string, idleMs: number): void {
    const { host, port, reachable, cut } = this.#settings;
    if (cut || !reachable) {
      client.resetAndDestroy();
      return;
    }
    const localAddress = this.#group.preservesClients ? client.remoteAddress! : front;
    const flow: Flow = new Flow(client, {
      host,
      port,
      localAddress,
      idleMs,
      delayMs: () => this.#settings.delayMs,
      onClose: () => this.#flows.delete(flow),
    });
    this.#flows.add(flow);
  }

  /** Gets no new connections; those that it has may go on for the delay, and beyond it if nothing ends them. */
  deregister(): void {
    clearTimeout(this.#nextCheck);
    this.#become("draining");
    const { deregistrationDelayMs, terminatesDeregistered } = this.#group;
    if (!terminatesDeregistered) return;
    setTimeout(() => this.#reset(), deregistrationDelayMs);
  }

  /** Ends everything at once. */
  close(): void {
    clearTimeout(this.#nextCheck);
    this.#health = "draining";
    this.#reset();
  }

  async #check(): Promise<void> {
    const passed = await this.#passes();
    if (this.#health === "draining") return;
    const agrees = this.#health === (passed ? "healthy" : "unhealthy");
    this.#streak = agrees ? 0 : this.#streak + 1;
    if (!agrees && this.#streak >= this.#threshold(passed)) {
      this.#streak = 0;
      this.#become(passed ? "healthy" : "unhealthy");
    }
    this.#nextCheck = setTimeout(() => void this.#check(), this.#group.healthCheck.intervalMs);
  }

  async #passes(): Promise<boolean> {
    const { host, healthPort: port, visible, cut } = this.#settings;
    if (cut || !visible) return false;
    return await passesCheck(this.#group.healthCheck, { host, port }, this.#options.from);
  }

  #threshold(passed: boolean): number {
    const { healthyThreshold, unhealthyThreshold } = this.#group.healthCheck;
    if (!passed) return unhealthyThreshold;
    return this.#health === "initial" ? 1 : healthyThreshold;
  }

  #become(health: TargetHealth): void {
    if (health === this.#health) return;
    this.#health = health;
    if (health === "unhealthy" && this.#group.terminatesUnhealthy) this.#reset();
    this.#options.onHealth(health);
  }

  #reset(): void {
    for (const flow of [...this.#flows]) flow.reset();
  }
}
