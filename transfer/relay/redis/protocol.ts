import type { Socket } from "node:net";
import type { RedisAddress } from "../../redis/connection.ts";
import type { Protocol, SessionHost } from "../session.ts";
import { Control } from "./control.ts";
import { Scripts } from "./scripts.ts";
import { RedisSession } from "./session.ts";
import type { SessionTools } from "./tools.ts";

/** What a relay for Redis clients shares between its sessions. */
export class RedisProtocol implements Protocol<RedisAddress>, SessionTools {
  readonly scripts = new Scripts();
  readonly #controls = new Map<RedisAddress, Control>();

  open(client: Socket, upstream: RedisAddress, host: SessionHost, held: boolean): RedisSession {
    const session = new RedisSession(client, host, this, held);
    if (!held) session.attach(upstream);
    return session;
  }

  /** Rejects when the server cannot be reached, or refuses a script. */
  prepare(upstream: RedisAddress): Promise<void> {
    return this.control(upstream).prepare(this.scripts.bodies);
  }

  control(upstream: RedisAddress): Control {
    const control = this.#controls.get(upstream) ?? new Control(upstream);
    this.#controls.set(upstream, control);
    return control;
  }

  stats(): Record<string, number> {
    return {
      scripts: this.scripts.bodies.length,
      scriptBytes: this.scripts.bytes,
      unseenScripts: this.scripts.unseen,
    };
  }

  close(): void {
    for (const control of this.#controls.values()) control.close();
  }
}
