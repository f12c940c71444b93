import { encode } from "./wire.ts";

const FAMILIES = ["subscribe", "psubscribe", "ssubscribe"] as const;
type Family = (typeof FAMILIES)[number];

/** The channels and patterns that a client listens to, as far as the server has acknowledged them. */
export class Subscriptions {
  readonly #names: Record<Family, Map<string, Buffer>> = {
    subscribe: new Map(),
    psubscribe: new Map(),
    ssubscribe: new Map(),
  };
  /** Kept, not counted: it is asked for at every chunk of replies. */
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Takes over an acknowledged command; names are copied. */
  apply(command: string, names: readonly Buffer[]): void {
    const leaving = command.includes("unsubscribe");
    const channels = this.#names[familyOf(command)];
    const before = channels.size;
    if (leaving && names.length === 0) channels.clear();
    for (const name of names) {
      if (leaving) channels.delete(key(name));
      else channels.set(key(name), Buffer.from(name));
    }
    this.#size += channels.size - before;
  }

  /** How many acknowledgements the server sends for the command: one a name, and one even if there is nothing to leave. */
  acks(command: string, names: readonly Buffer[]): number {
    return Math.max(1, names.length || this.#names[familyOf(command)].size);
  }

  clear(): void {
    for (const family of FAMILIES) this.#names[family].clear();
    this.#size = 0;
  }

  /** The commands that bring all of them about on a new connection. */
  restore(): { request: Buffer; acks: number }[] {
    return FAMILIES.filter((family) => this.#names[family].size > 0).map((family) => {
      const names = [...this.#names[family].values()];
      return { request: encode([family, ...names]), acks: names.length };
    });
  }
}

function familyOf(command: string): Family {
  return command.replace("unsubscribe", "subscribe") as Family;
}

/** Channel names are binary. */
function key(name: Buffer): string {
  return name.toString("latin1");
}
