import type { Machines } from "../clouds/world.ts";
import type { GateFront, GatePlace, Gates } from "./gates/index.ts";

/** Whether machines in the groups `from` may connect to `port` of one in the groups `to`. */
export type Policy = (from: readonly string[], to: readonly string[], port: number) => boolean;

interface Guarded {
  readonly place: GatePlace;
  /** The server's security groups as they are now. */
  readonly groups: () => readonly string[];
}

/** Lets through each gate exactly the machines that the cloud's rules let through, and nobody else. */
export class Firewall implements Machines {
  /** Through which it decides; there, too, connections are disturbed. */
  readonly gates: Gates;
  readonly #machines = new Map<string, readonly string[]>();
  readonly #guarded = new Map<string, Guarded>();
  readonly #visitors = new Set<string>();
  readonly #onChange = new Set<() => Promise<void> | void>();
  #policy: Policy = () => false;

  constructor(gates: Gates) {
    this.gates = gates;
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
    this.#guarded.set(keyOf(place), guarded);
    await this.gates.open(place, this.#admitted(guarded));
  }

  async unguard(at: GateFront): Promise<void> {
    this.#guarded.delete(keyOf(at));
    await this.gates.close(at);
  }

  /** Lets someone look in who belongs to no machine: for inspection by hand. */
  async openTo(address: string): Promise<void> {
    this.#visitors.add(address);
    await this.refresh();
  }

  /** Addresses from which this port of a machine in these groups can be reached now. */
  admittedTo(groups: readonly string[], port: number): string[] {
    const allowed = [...this.#machines].filter(([, from]) => this.#policy(from, groups, port));
    return [...allowed.map(([address]) => address), ...this.#visitors];
  }

  /** Whether machines in the groups `from` may connect to `port` of one in the groups `to`. */
  allows(...[from, to, port]: Parameters<Policy>): boolean {
    return this.#policy(from, to, port);
  }

  reaches(from: string, to: GateFront): boolean {
    const guarded = this.#guarded.get(keyOf(to));
    return guarded !== undefined && this.#admitted(guarded).includes(from);
  }

  onChange(act: () => Promise<void> | void): () => void {
    this.#onChange.add(act);
    return () => void this.#onChange.delete(act);
  }

  /** Decides anew after a change of groups or rules, for connections made from then on. */
  async refresh(): Promise<void> {
    const gates = [...this.#guarded.values()].map((guarded) =>
      this.gates.admit(guarded.place, this.#admitted(guarded)),
    );
    await Promise.all(gates);
    await Promise.all([...this.#onChange].map(async (act) => act()));
  }

  #admitted({ place, groups }: Guarded): string[] {
    return this.admittedTo(groups(), place.port);
  }
}

const keyOf = ({ front, port }: GateFront) => `${front}:${port}`;
