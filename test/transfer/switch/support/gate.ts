import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** A TCP connection's way from one part to another, which a test can cut, slow down and lead elsewhere. */
export class Gate {
  /** Where new connections lead. */
  to: number;
  readonly #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  #slowMs = 0;
  #cut: Promise<void> | undefined;
  #mend: () => void = () => {};

  private constructor(to: number, server?: Server) {
    this.to = to;
    this.#server = server;
  }

  static async open(to: number): Promise<Gate> {
    const server = createServer((client) => gate.#open(client));
    const gate = new Gate(to, server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return gate;
  }

  /** No gate at all: its port is where it leads. For more connections than one process could pass on. */
  static none(to: number): Gate {
    return new Gate(to);
  }

  get port(): number {
    return this.#server ? (this.#server.address() as AddressInfo).port : this.to;
  }

  /** Nothing passes any more; what is sent meanwhile arrives when it is mended, however late. */
  cut(): void {
    this.#cut ??= new Promise((resolve) => (this.#mend = resolve));
  }

  /** Everything takes so long. */
  slow(ms: number): void {
    this.#slowMs = ms;
  }

  mend(): void {
    this.#slowMs = 0;
    this.#cut = undefined;
    this.#mend();
  }

  /** Ends every connection; new ones lead to `to`. */
  reset(to = this.to): void {
    this.to = to;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  close(): void {
    this.#server?.close();
    this.mend();
    this.reset();
  }

  #open(client: Socket): void {
    const server = connect({ host: "127.0.0.1", port: this.to });
    this.#pass(client, server);
    this.#pass(server, client);
  }

  #pass(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    let last = Promise.resolve();
    const then = (deed: () => void) => {
      const free = !this.#cut && this.#slowMs === 0;
      last = last.then(() => (free ? undefined : this.#passable())).then(deed);
    };
    from.on("data", (bytes) => then(() => void to.write(bytes)));
    from.on("error", () => {}); // Its other end learns of it by the close.
    from.on("close", () => {
      this.#sockets.delete(from);
      then(() => void to.destroy());
    });
  }

  async #passable(): Promise<void> {
    await delay(this.#slowMs);
    await this.#cut;
  }
}
