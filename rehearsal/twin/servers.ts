import type { ServerDirectory } from "../clouds/world.ts";
import type { RedisServer } from "../servers/redis.ts";

type OnAdd = (name: string, server: RedisServer) => Promise<void> | void;

/** Which data servers run, by the name that faults and endpoints use. */
export class ServerRegistry implements ServerDirectory {
  readonly #servers = new Map<RedisServer, string>();
  readonly #onAdd: OnAdd[] = [];

  list(): readonly RedisServer[] {
    return [...this.#servers.keys()];
  }

  of(name: string): readonly RedisServer[] {
    return this.list().filter((server) => this.#servers.get(server) === name);
  }

  async add(name: string, server: RedisServer): Promise<void> {
    this.#servers.set(server, name);
    for (const act of this.#onAdd) await act(name, server);
  }

  remove(server: RedisServer): void {
    this.#servers.delete(server);
  }

  /** Calls `act` for every server that starts from now on. */
  onAdd(act: OnAdd): void {
    this.#onAdd.push(act);
  }
}
