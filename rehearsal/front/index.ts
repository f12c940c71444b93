import type { Endpoint, World } from "../clouds/world.ts";
import { startChild, type Child } from "../traffic/childProcess.ts";
import type {
  FromFront,
  TargetAddress,
  TargetGroupSettings,
  TargetHealth,
  ToFront,
} from "./messages.ts";

export type { TargetAddress, TargetHealth } from "./messages.ts";

/** The load balancer in front of the application's tasks, a process of its own. */
export interface Front {
  readonly endpoint: Endpoint;
  /** `http://<host>[:<port>]` */
  readonly url: string;
  register(target: TargetAddress): void;
  /** Resolves when the target gets no more requests and those in flight have ended. */
  deregister(target: TargetAddress): Promise<void>;
  health(target: TargetAddress): TargetHealth | "unused";
  /** Calls `listen` after each change of a target's health. */
  onHealth(listen: () => void): void;
  stop(): Promise<void>;
}

type FrontWorld = Pick<World, "dir" | "clock" | "network" | "processes" | "guestEnv" | "log">;

const START_DEADLINE_MS = 15_000;
/** A probe more often than this would load the machine, however fast the twin's clock. */
const SHORTEST_INTERVAL_MS = 200;
const DEREGISTRATION_DELAY_MS = 30_000;

/** Starts the balancer on an address of its own, port 80 where that may be bound. */
export async function startFront(world: FrontWorld): Promise<Front> {
  const host = world.network.claim("front");
  const port = world.network.port(80);
  const settings: TargetGroupSettings = {
    healthPath: "/health",
    intervalMs: Math.max(world.clock.compress(10_000), SHORTEST_INTERVAL_MS),
    timeoutMs: 2_000,
    unhealthyThreshold: 2,
    deregistrationDelayMs: DEREGISTRATION_DELAY_MS,
  };
  const args = [host, String(port), JSON.stringify(settings)];
  const child = await startChild<ToFront, FromFront>(
    world,
    "front",
    new URL("main.ts", import.meta.url),
    args,
  );
  await child.next((message) => message.event === "listening", START_DEADLINE_MS);
  return new FrontProcess(world, { host, port }, child);
}

class FrontProcess implements Front {
  readonly endpoint: Endpoint;
  readonly url: string;
  readonly #world: FrontWorld;
  readonly #child: Child<ToFront, FromFront>;
  readonly #health = new Map<string, TargetHealth>();
  readonly #listeners: (() => void)[] = [];

  constructor(world: FrontWorld, { host, port }: TargetAddress, child: Child<ToFront, FromFront>) {
    this.endpoint = { host, port, tls: false };
    this.url = port === 80 ? `http://${host}` : `http://${host}:${port}`;
    this.#world = world;
    this.#child = child;
    child.onMessage((message) => {
      if (message.event !== "health") return;
      this.#health.set(message.target.host, message.health);
      for (const listen of this.#listeners) listen();
      world.log("front.health", { target: message.target.host, health: message.health });
    });
  }

  register(target: TargetAddress): void {
    this.#health.set(target.host, "initial");
    this.#child.send({ do: "register", target });
  }

  async deregister(target: TargetAddress): Promise<void> {
    if (!this.#health.has(target.host)) return;
    const drained = this.#child.next(
      (message): message is Extract<FromFront, { event: "drained" }> =>
        message.event === "drained" && message.target.host === target.host,
      DEREGISTRATION_DELAY_MS + START_DEADLINE_MS,
    );
    this.#child.send({ do: "deregister", target });
    await drained;
    this.#health.delete(target.host);
  }

  health(target: TargetAddress): TargetHealth | "unused" {
    return this.#health.get(target.host) ?? "unused";
  }

  onHealth(listen: () => void): void {
    this.#listeners.push(listen);
  }

  async stop(): Promise<void> {
    await this.#world.processes.stop(this.#child.process);
  }
}
