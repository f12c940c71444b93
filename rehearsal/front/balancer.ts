import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { forward, refuse } from "./forward.ts";
import type { TargetAddress, TargetGroupSettings, TargetHealth } from "./messages.ts";
import { Target } from "./target.ts";

/**
 * An HTTP load balancer: of the targets whose health probes pass, the one with the fewest requests in flight, in turn
 * among equals (`least_outstanding_requests`), so that a task that has just started is not given more than it can
 * answer; 503 without any.
 */
export class Balancer {
  readonly #settings: TargetGroupSettings;
  readonly #onHealth: (target: TargetAddress, health: TargetHealth) => void;
  readonly #targets = new Map<string, Target>();
  readonly #server: Server;
  #turn = 0;

  constructor(
    settings: TargetGroupSettings,
    onHealth: (target: TargetAddress, health: TargetHealth) => void,
  ) {
    this.#settings = settings;
    this.#onHealth = onHealth;
    this.#server = createServer((request, response) => {
      const target = this.#next();
      if (target) forward(request, response, target);
      else refuse(response, 503, "Service Unavailable");
    });
    this.#server.keepAliveTimeout = 60_000;
  }

  /** Returns the port it listens on. */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends at once, with whatever is in flight. */
  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await Promise.all([...this.#targets.values()].map(({ address }) => this.deregister(address)));
  }

  register(address: TargetAddress): void {
    const key = keyOf(address);
    if (this.#targets.has(key)) return;
    const onHealth = (health: TargetHealth) => this.#onHealth(address, health);
    this.#targets.set(key, new Target(address, this.#settings, onHealth));
  }

  /** Resolves when the target's requests in flight have ended. */
  async deregister(address: TargetAddress): Promise<void> {
    const key = keyOf(address);
    const target = this.#targets.get(key);
    this.#targets.delete(key);
    await target?.drain();
  }

  #next(): Target | undefined {
    const healthy = [...this.#targets.values()].filter(({ health }) => health === "healthy");
    const fewest = Math.min(...healthy.map(({ inFlight }) => inFlight));
    const free = healthy.filter(({ inFlight }) => inFlight === fewest);
    return free[this.#turn++ % free.length];
  }
}

function keyOf({ host, port }: TargetAddress): string {
  return `${host}:${port}`;
}
