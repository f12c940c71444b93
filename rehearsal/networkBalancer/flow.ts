import { connect, type Socket } from "node:net";
import { splice } from "../servers/splice.ts";

export interface FlowOptions {
  readonly host: string;
  readonly port: number;
  /** The address that the target sees. */
  readonly localAddress: string;
  readonly idleMs: number;
  delayMs(): number;
  onClose(): void;
}

/** A client's connection and the one to its target. */
export class Flow {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #idleMs: number;
  #lastByteAt = performance.now();

  constructor(client: Socket, options: FlowOptions) {
    const { host, port, localAddress, idleMs, delayMs, onClose } = options;
    this.#client = client;
    this.#idleMs = idleMs;
    this.#server = connect({ host, port, localAddress, noDelay: true, allowHalfOpen: true });
    this.#server.once("error", () => {
      if (this.#server.pending) client.resetAndDestroy();
    });
    splice(client, this.#server, { delayMs, onData: () => this.#touch(), onClose });
  }

  /** Ends both sides at once, and lets them know. */
  reset(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  /** A flow that was silent for too long has been forgotten, and nobody has been told. */
  #touch(): void {
    const now = performance.now();
    if (now - this.#lastByteAt > this.#idleMs) this.reset();
    this.#lastByteAt = now;
  }
}
