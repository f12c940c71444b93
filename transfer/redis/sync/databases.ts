import type { Server } from "./server.ts";

/** Databases that hold keys on either side, or have held some since the copy began. */
export class Databases {
  readonly #source: Server;
  readonly #target: Server;
  readonly #known = new Set<number>();

  constructor(source: Server, target: Server) {
    this.#source = source;
    this.#target = target;
  }

  /** Learns of what the target holds from before. Rejects with `LinkError` or `RefusedError`. */
  async learn(): Promise<void> {
    await Promise.all([this.#read(this.#source), this.#read(this.#target)]);
  }

  /**
   * Every database in which a key may be that was changed before the call. A database that is not among them holds
   * nothing on the source now, and the target never got anything in it.
   */
  async now(): Promise<readonly number[]> {
    await this.#read(this.#source);
    return [...this.#known];
  }

  async #read(server: Server): Promise<void> {
    const [text] = await server.ask(0, ["INFO", "keyspace"]);
    for (const [, db] of String(text).matchAll(/^db(\d+):/gm)) this.#known.add(Number(db));
  }
}
