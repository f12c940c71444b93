import type { Firewall } from "../../../servers/firewall.ts";
import type { World } from "../../world.ts";
import type { MachineService } from "./cloudConfig.ts";

/** What a relay listens on: clients, control, health and metrics. */
const RELAY_PORTS = [6379, 6380, 6381] as const;

export interface NetworkInterfaceOptions {
  readonly world: Pick<World, "network">;
  readonly firewall: Firewall;
}

/** A machine's address in its security groups, with a gate in front of each port that its services listen on. */
export class NetworkInterface {
  readonly address: string;
  /** Where its services listen, behind the gates; undefined for a machine that serves nobody. */
  readonly behind: string | undefined;
  readonly #id: string;
  readonly #options: NetworkInterfaceOptions;
  #groups: readonly string[] = [];
  #delayMs = 0;
  #cut = false;

  constructor(id: string, services: readonly MachineService[], options: NetworkInterfaceOptions) {
    const { network } = options.world;
    const serves = services.some(({ environment }) => "GODWIT_RELAY_LISTEN" in environment);
    this.#id = id;
    this.#options = options;
    this.address = network.claim(id);
    this.behind = serves ? network.claim(this.#behindName) : undefined;
  }

  get groups(): readonly string[] {
    return this.#groups;
  }

  /** What faults do to the ways to it, the balancer's too. */
  get disturbance(): { readonly delayMs: number; readonly cut: boolean } {
    return { delayMs: this.#delayMs, cut: this.#cut };
  }

  /** Puts it into these groups. */
  async place(groups: readonly string[]): Promise<void> {
    this.#groups = groups;
    await this.#options.firewall.place(this.address, groups);
  }

  async openGates(): Promise<void> {
    const { behind: back, address: front } = this;
    if (back === undefined) return;
    const { firewall } = this.#options;
    const places = RELAY_PORTS.map((port) => ({ front, back, port }));
    await Promise.all(places.map((place) => firewall.guard(place, () => this.#groups)));
  }

  async slowDown(delayMs: number): Promise<void> {
    this.#delayMs = delayMs;
    await this.#eachGate((at) => this.#options.firewall.gates.slowDown(at, delayMs));
  }

  async setCut(cut: boolean): Promise<void> {
    this.#cut = cut;
    await this.#eachGate((at) => this.#options.firewall.gates.setCut(at, cut));
  }

  async remove(): Promise<void> {
    const { firewall, world } = this.#options;
    if (this.behind !== undefined) {
      await Promise.all(this.#fronts.map((at) => firewall.unguard(at)));
      world.network.release(this.#behindName);
    }
    await firewall.remove(this.address);
    world.network.release(this.#id);
  }

  async #eachGate(act: (at: { front: string; port: number }) => Promise<void>): Promise<void> {
    if (this.behind === undefined) return;
    await Promise.all(this.#fronts.map(act));
    // The balancer has ways of its own to what is behind the gates.
    await this.#options.firewall.refresh();
  }

  get #fronts() {
    return RELAY_PORTS.map((port) => ({ front: this.address, port }));
  }

  get #behindName(): string {
    return `${this.#id} behind its gates`;
  }
}
