import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

export interface SpliceOptions {
  /** For how long each chunk is held, in ms, as it comes. */
  delayMs(): number;
  /** Called for each chunk, from either side. */
  onData?(): void;
  /** Called once when both are gone. */
  onClose(): void;
}

/**
 * Joins two sockets that allow half-open connections: bytes, ends and back-pressure pass in both directions, and when
 * one closes so does the other.
 */
export function splice(client: Socket, server: Socket, options: SpliceOptions): void {
  let closed = false;
  for (const socket of [client, server]) {
    socket.on("error", () => {});
    socket.once("close", () => {
      client.destroy();
      server.destroy();
      if (!closed) options.onClose();
      closed = true;
    });
  }
  carry(client, server, options);
  carry(server, client, options);
}

/** Passes on each chunk when its delay is over, in order, without letting them pile up. */
function carry(from: Socket, to: Socket, { delayMs, onData }: SpliceOptions): void {
  let held: Promise<void> | undefined;
  const hold = (act: () => void) => {
    const due = performance.now() + delayMs();
    const mine = (held ?? Promise.resolve()).then(async () => {
      const wait = due - performance.now();
      if (wait > 0) await delay(wait);
      if (!to.destroyed) act();
      if (held === mine) held = undefined;
    });
    held = mine;
  };
  const isHeld = () => held !== undefined || delayMs() > 0;
  const write = (chunk: Buffer) => {
    if (to.write(chunk)) return;
    from.pause();
    to.once("drain", () => from.resume());
  };
  from.on("data", (chunk) => {
    onData?.();
    if (isHeld()) hold(() => write(chunk));
    else write(chunk);
  });
  from.on("end", () => (isHeld() ? hold(() => to.end()) : to.end()));
}
