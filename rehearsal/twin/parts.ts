import type { Endpoint, Part, Service } from "../clouds/world.ts";
import type { Provider } from "../provider/provider.ts";

/** The pieces that a world is made of: who answers which call, and what has to be stopped. */
export class Parts {
  readonly #provider: Provider;
  readonly #parts: Part[] = [];
  readonly #services = new Map<string, Service>();

  constructor(provider: Provider) {
    this.#provider = provider;
  }

  add(parts: readonly Part[]): void {
    for (const part of parts) {
      this.#parts.push(part);
      this.#provider.add(part);
      for (const service of part.services ?? []) this.#addService(service);
    }
  }

  service(name: string): Service | undefined {
    return this.#services.get(name);
  }

  async endpoints(): Promise<Record<string, Endpoint>> {
    const all: Record<string, Endpoint> = {};
    for (const part of this.#parts) Object.assign(all, await part.endpoints?.());
    return all;
  }

  /** Stops them in the reverse order of their coming. */
  async stop(): Promise<void> {
    for (const part of this.#parts.splice(0).reverse()) await part.stop?.();
  }

  /** Several parts may have actions of one service, as networks and machines have of EC2. */
  #addService({ name, actions }: Service): void {
    const known = this.#services.get(name)?.actions;
    this.#services.set(name, { name, actions: { ...known, ...actions } });
  }
}
