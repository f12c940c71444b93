import { connect } from "node:net";
import type { BypassFigures, Server } from "./messages.ts";

const EVERY_MS = 100;
const TIMEOUT_MS = 1_000;
/** A fence that is taken away is open a little before this process is told. */
const TOLD_WITHIN_MS = 500;

/**
 * A client that was forgotten: while a fence stands between the application's place and a data server, it goes on trying
 * to reach that server straight. What answers is a hole in the fence. It only says `PING`.
 */
export class BypassProbe {
  #server: Server | undefined;
  #timer: NodeJS.Timeout | undefined;
  #fencedSince: string | undefined;
  #refused = 0;
  #reached = 0;

  /** Tries from now on; undefined: there is no fence any more. */
  follow(server: Server | undefined): void {
    this.stop();
    this.#server = server;
    if (server === undefined) return;
    this.#fencedSince ??= new Date().toISOString();
    const attempt = () => void this.#try(server);
    this.#timer = setInterval(attempt, EVERY_MS);
    attempt();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Undefined when there never was a fence. */
  figures(): BypassFigures | undefined {
    if (this.#fencedSince === undefined) return undefined;
    return { fencedSince: this.#fencedSince, refused: this.#refused, reached: this.#reached };
  }

  async #try(server: Server): Promise<void> {
    if (!(await answers(server))) {
      this.#refused++;
      return;
    }
    setTimeout(() => {
      if (this.#server === server) this.#reached++;
    }, TOLD_WITHIN_MS);
  }
}

function answers({ host, port }: Server): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(TIMEOUT_MS, () => end(false));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
    socket.once("data", () => end(true));
    socket.write("PING\r\n");
  });
}
