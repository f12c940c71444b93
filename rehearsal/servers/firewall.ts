import type { Machines } from "../clouds/world.ts";
import type { GatePlace, Gates } from "./gates/index.ts";

/** Whether machines in the groups `from` may connect to `port` of one in the groups `to`. */
export type Policy = (from: readonly string[], to: readonly string[], port: number) => boolean;

interface Guarded {
  readonly place: GatePlace;
  /** The server's security groups as they are now. */
  readonly groups: () => readonly string[];
}

/** Lets through each data server's gate exactly the machines that the cloud's rules let through, and nobody else. */
export class Firewall implements Machines {
  readonly #gates: Gates;
  readonly #machines = new Map<string, readonly string[]>();
  readonly #guarded = new Map<string, Guarded>();
  readonly #visitors = new Set<string>();
  #policy: Policy = () => false;

  constructor(gates: Gates) {
    this.#gates = gates;
  }

  /** Says by which rules it decides. */
  async decideBy(policy: Policy): Promise<void> {
    this.#policy = policy;
    await this.refresh();
  }

  async place(address: string, groups: readonly string[]): Promise<void> {
    this.#machines.set(address, groups);
    await this.refresh();
  }

  async remove(address: string): Promise<void> {
    this.#machines.delete(address);
    await this.refresh();
  }

  /** Puts a gate in front of a server. */
  async guard(place: GatePlace, groups: () => readonly string[]): Promise<void> {
    const guarded = { place, groups };
    this.#guarded.set(place.front, guarded);
    await this.#gates.open(place, this.#admitted(guarded));
  }

  async unguard(front: string): Promise<void> {
    this.#guarded.delete(front);
    await this.#gates.close(front);
  }

  /** Lets someone look in who belongs to no machine: for inspection by hand. */
  async openTo(address: string): Promise<void> {
    this.#visitors.add(address);
    await this.refresh();
  }

  /** Decides anew after a change of groups or rules, for connections made from then on. */
  async refresh(): Promise<void> {
    const gates = [...this.#guarded.values()];
    await Promise.all(
      gates.map((guarded) => this.#gates.admit(guarded.place.front, this.#admitted(guarded))),
    );
  }

  #admitted({ place, groups }: Guarded): string[] {
    const allowed = [...this.#machines].filter(([, from]) =>
      this.#policy(from, groups(), place.port),
    );
    return [...allowed.map(([address]) => address), ...this.#visitors];
  }
}
