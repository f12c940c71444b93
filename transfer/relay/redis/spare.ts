import type { RedisAddress } from "../../redis/connection.ts";
import type { Link, LinkEvents } from "./link.ts";

/** A second link of a session, opened ahead of a switch so that the client does not wait for a handshake. */
export class Spare {
  readonly #dial: (address: RedisAddress, events: LinkEvents) => Link;
  /** Who is told of what happens on the link once it is taken into use. */
  readonly #owner: LinkEvents;
  #link: Link | undefined;
  #opened: ((ready: boolean) => void) | undefined;

  constructor(dial: (address: RedisAddress, events: LinkEvents) => Link, owner: LinkEvents) {
    this.#dial = dial;
    this.#owner = owner;
  }

  /** Resolves with whether the connection stands and the relay was let in. */
  open(address: RedisAddress): Promise<boolean> {
    this.close();
    const owner = this.#owner;
    return new Promise((resolve) => {
      this.#opened = resolve;
      this.#link = this.#dial(address, {
        ready: (link) => {
          this.#look(link);
          owner.ready(link);
        },
        reply: (bytes) => owner.reply(bytes),
        progress: (link) => {
          this.#look(link);
          owner.progress(link);
        },
        drained: (link) => owner.drained(link),
        closed: (link) => {
          resolve(false);
          if (link === this.#link) this.#link = undefined;
          owner.closed(link);
        },
      });
    });
  }

  /** Hands over the link if it leads to this address; another one is closed. */
  take(address: RedisAddress): Link | undefined {
    const link = this.#link?.address === address ? this.#link : undefined;
    if (!link) this.close();
    this.#link = undefined;
    return link;
  }

  /** It is ready once it owes no answer. One that was refused is of no use. */
  #look(link: Link): void {
    if (link !== this.#link || link.flight.owed > 0) return;
    this.#opened?.(!link.refused);
    if (link.refused) this.close();
  }

  close(): void {
    this.#link?.destroy();
    this.#link = undefined;
    this.#opened?.(false);
  }
}
