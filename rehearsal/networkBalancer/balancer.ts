import { createServer, type Server, type Socket } from "node:net";
import { listening } from "../twin/network.ts";
import type {
  BalancerSettings,
  FrontSettings,
  ListenerSettings,
  TargetGroupSettings,
  TargetHealth,
} from "./messages.ts";
import { Target } from "./target.ts";

type OnHealth = (groupArn: string, target: string, health: TargetHealth) => void;

/**
 * A TCP load balancer with an address in each subnet. A client stays with the target that the hash of its address and
 * port picks among the healthy ones; while none is healthy, and all have been looked at, any of them is taken.
 */
export class NetworkBalancer {
  readonly #onHealth: OnHealth;
  readonly #servers = new Map<string, Server>();
  readonly #targets = new Map<string, Target>();
  #settings: BalancerSettings = {
    fronts: [],
    crossZone: false,
    admitted: {},
    listeners: [],
    groups: [],
  };

  constructor(onHealth: OnHealth) {
    this.#onHealth = onHealth;
  }

  /** Resolves when it listens where the settings say, and nowhere else; open connections stay. */
  async configure(settings: BalancerSettings): Promise<void> {
    this.#settings = settings;
    this.#placeTargets(settings);
    await this.#placeListeners(settings);
  }

  async close(): Promise<void> {
    for (const target of this.#targets.values()) target.close();
    await Promise.all([...this.#servers.keys()].map((key) => this.#stopListening(key)));
  }

  #placeTargets({ groups, fronts }: BalancerSettings): void {
    const wanted = new Set<string>();
    for (const group of groups) {
      for (const settings of group.targets) {
        const key = `${group.arn} ${settings.id}:${settings.port}`;
        wanted.add(key);
        const known = this.#targets.get(key);
        if (known) known.configure(settings, group);
        else if (fronts[0]) this.#targets.set(key, this.#target(settings, group, fronts[0].host));
      }
    }
    for (const [key, target] of this.#targets) {
      if (wanted.has(key)) continue;
      this.#targets.delete(key);
      target.deregister();
    }
  }

  #target(settings: Target["settings"], group: TargetGroupSettings, from: string): Target {
    const onHealth = (health: TargetHealth) => this.#onHealth(group.arn, settings.id, health);
    return new Target(settings, { group, from, onHealth });
  }

  async #placeListeners({ listeners, fronts }: BalancerSettings): Promise<void> {
    const wanted = new Map<string, readonly [FrontSettings, number]>();
    for (const front of fronts) {
      for (const { port } of listeners) wanted.set(`${front.host}:${port}`, [front, port]);
    }
    const gone = [...this.#servers.keys()].filter((key) => !wanted.has(key));
    await Promise.all(gone.map((key) => this.#stopListening(key)));
    for (const [key, [front, port]] of wanted) {
      if (!this.#servers.has(key)) this.#servers.set(key, await this.#listen(front, port));
    }
  }

  async #listen(front: FrontSettings, port: number): Promise<Server> {
    const server = createServer({ noDelay: true, allowHalfOpen: true });
    server.on("connection", (client) => this.#accept(client, front, port));
    await listening(server, port, front.host);
    return server;
  }

  async #stopListening(key: string): Promise<void> {
    const server = this.#servers.get(key)!;
    this.#servers.delete(key);
    // What is connected stays so until its target ends it.
    server.close();
  }

  #accept(client: Socket, front: FrontSettings, port: number): void {
    client.on("error", () => {});
    const listener = this.#settings.listeners.find((each) => each.port === port);
    const admitted = this.#settings.admitted[port]?.includes(client.remoteAddress ?? "");
    const target = listener && admitted && this.#pick(client, listener, front);
    if (target) target.accept(client, front.host, listener.idleMs);
    else client.resetAndDestroy();
  }

  #pick(client: Socket, { groupArn }: ListenerSettings, { zone }: FrontSettings) {
    const inReach = [...this.#targets.values()].filter(
      ({ group, settings }) =>
        group.arn === groupArn && (this.#settings.crossZone || settings.zone === zone),
    );
    const healthy = inReach.filter(({ health }) => health === "healthy");
    const failsOpen = inReach.every(({ health }) => health === "unhealthy");
    const candidates = failsOpen ? inReach : healthy;
    return candidates[flowHash(client) % Math.max(1, candidates.length)];
  }
}

/** FNV-1a of the client's address and port, mixed once more, since neighbouring ports differ in the last bits only. */
function flowHash({ remoteAddress, remotePort }: Socket): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${remoteAddress}:${remotePort}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}
