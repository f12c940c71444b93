import type { World } from "../clouds/world.ts";
import { Orders } from "../servers/orders.ts";
import { startChild, type Child } from "../traffic/childProcess.ts";
import type {
  BalancerOrder,
  BalancerSettings,
  FromBalancer,
  TargetHealth,
  ToBalancer,
} from "./messages.ts";

type BalancerWorld = Pick<World, "dir" | "processes" | "guestEnv" | "log">;
type HealthEvent = Extract<FromBalancer, { event: "health" }>;

const START_DEADLINE_MS = 15_000;

/** A network load balancer that runs as a process of its own. */
export class BalancerProcess {
  readonly #world: BalancerWorld;
  readonly #child: Child<ToBalancer, FromBalancer>;
  readonly #orders: Orders<BalancerOrder>;
  readonly #health = new Map<string, TargetHealth>();
  #settings = "";

  private constructor(world: BalancerWorld, child: Child<ToBalancer, FromBalancer>) {
    this.#world = world;
    this.#child = child;
    this.#orders = new Orders<BalancerOrder>(child, "the network load balancer");
    child.onMessage((message) => {
      if (message.event === "health") this.#learn(message);
    });
  }

  static async start(world: BalancerWorld, name: string): Promise<BalancerProcess> {
    const script = new URL("main.ts", import.meta.url);
    const child = await startChild<ToBalancer, FromBalancer>(world, name, script, []);
    await child.next((message) => message.event === "running", START_DEADLINE_MS);
    return new BalancerProcess(world, child);
  }

  /** Resolves when it forwards by these settings. */
  async configure(settings: BalancerSettings): Promise<void> {
    const written = JSON.stringify(settings);
    if (written === this.#settings) return;
    this.#settings = written;
    await this.#orders.give({ do: "configure", settings });
  }

  /** Undefined for a target that it never had. */
  health(groupArn: string, target: string): TargetHealth | undefined {
    return this.#health.get(`${groupArn} ${target}`);
  }

  async stop(): Promise<void> {
    await this.#world.processes.stop(this.#child.process);
  }

  #learn({ groupArn, target, health }: HealthEvent): void {
    this.#health.set(`${groupArn} ${target}`, health);
    this.#world.log("balancer.health", { target, health });
  }
}
