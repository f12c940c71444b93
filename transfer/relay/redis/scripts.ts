import { createHash } from "node:crypto";
import { lower } from "./wire.ts";

/** All bodies together are at most so large; the one not used for longest goes first. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_UNSEEN = 1_000;

/**
 * The scripts that clients use, so that the next upstream knows them before it is asked for one by its digest
 * (`SCRIPT LOAD`; a server tells no one the bodies it has).
 */
export class Scripts {
  readonly #bodies = new Map<string, Buffer>();
  readonly #unseen = new Set<string>();
  #bytes = 0;

  /** Learns from the first two arguments of EVAL, EVALSHA or SCRIPT; `third` is the body of SCRIPT LOAD. */
  observe(args: readonly Buffer[]): void {
    const name = lower(args[0]);
    const first = args[1];
    if (first === undefined) return;
    if (name.startsWith("evalsha")) return this.#used(lower(first));
    if (name !== "script") return this.#remember(first);
    const subcommand = lower(first);
    if (subcommand === "load" && args[2] !== undefined) this.#remember(args[2]);
    if (subcommand === "flush") this.#clear();
  }

  /** The bodies, in the order of their last use. */
  get bodies(): readonly Buffer[] {
    return [...this.#bodies.values()];
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Digests that were called for and whose bodies no client has sent through this relay. */
  get unseen(): number {
    return this.#unseen.size;
  }

  #used(digest: string): void {
    const body = this.#bodies.get(digest);
    if (body === undefined) {
      if (this.#unseen.size < MAX_UNSEEN) this.#unseen.add(digest);
      return;
    }
    this.#bodies.delete(digest);
    this.#bodies.set(digest, body);
  }

  #remember(body: Buffer): void {
    // The digest by which clients call it: the server's choice of algorithm, not ours.
    const digest = createHash("sha1").update(body).digest("hex");
    this.#unseen.delete(digest);
    if (this.#bodies.has(digest)) return this.#used(digest);
    this.#bodies.set(digest, Buffer.from(body));
    this.#bytes += body.length;
    for (const [oldest, { length }] of this.#bodies) {
      if (this.#bytes <= MAX_BYTES) break;
      this.#bodies.delete(oldest);
      this.#bytes -= length;
    }
  }

  #clear(): void {
    this.#bodies.clear();
    this.#bytes = 0;
  }
}
