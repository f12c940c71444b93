import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { randomInt } from "node:crypto";
import type { Network } from "../clouds/world.ts";

const FIRST_HOST = 10;
const LAST_HOST = 250;
/** A twin's first servers take its first addresses. */
const ORPHANS_UP_TO = 40;
const DATA_PORT = 6379;
const PROBE_TIMEOUT_MS = 1_000;
const HIGH_PORTS: Readonly<Record<number, number>> = { 53: 8053, 80: 8080, 443: 8443 };

/**
 * Claims a 127.77.N.0/24 that no other twin holds, nor what is left of one: whoever listens on its first address owns it.
 * `listen` binds the server that stays for the twin's life and rejects with `EADDRINUSE` when N is taken;
 * `start` is the first N to be tried.
 */
export async function claimNetwork(
  listen: (host: string) => Promise<void>,
  start = randomInt(1, 255),
): Promise<Network> {
  for (let i = 0; i < 254; i++) {
    const prefix = `127.77.${((start - 1 + i) % 254) + 1}`;
    if (await isHaunted(prefix)) continue;
    try {
      await listen(`${prefix}.1`);
      return createNetwork(prefix, await mayBindLowPorts(`${prefix}.254`));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw explained(error);
    }
  }
  throw new Error(
    "All 254 loopback networks of rehearsals are taken; run `godwit twin down` to stop what earlier ones left.",
  );
}

/** Whether data servers still answer there whose twin has died without them. */
async function isHaunted(prefix: string): Promise<boolean> {
  const hosts = Array.from({ length: ORPHANS_UP_TO - FIRST_HOST + 1 }, (_, i) => FIRST_HOST + i);
  const answers = await Promise.all(hosts.map((host) => answersAt(`${prefix}.${host}`, DATA_PORT)));
  return answers.includes(true);
}

function answersAt(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => end(true));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}

function explained(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== "EADDRNOTAVAIL") return error;
  return new Error(
    "This system has no loopback addresses beyond 127.0.0.1, which a rehearsal needs; on macOS add them " +
      "with `sudo ifconfig lo0 alias 127.77.1.1` and so on, or rehearse on Linux.",
    { cause: error },
  );
}

async function mayBindLowPorts(host: string): Promise<boolean> {
  const probe = createServer();
  try {
    await listening(probe, 443, host);
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}

/** Listens and resolves once it does; rejects with the system's error. */
export async function listening(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  await once(server, "listening");
}

function createNetwork(prefix: string, privileged: boolean): Network {
  const hosts = new Map<string, number>();
  const taken = new Set<number>();
  return {
    prefix,
    claim(owner) {
      const known = hosts.get(owner);
      if (known !== undefined) return `${prefix}.${known}`;
      for (let host = FIRST_HOST; host <= LAST_HOST; host++) {
        if (taken.has(host)) continue;
        taken.add(host);
        hosts.set(owner, host);
        return `${prefix}.${host}`;
      }
      throw new Error(`The twin's network ${prefix}.0/24 has no free address for ${owner}.`);
    },
    release(owner) {
      const host = hosts.get(owner);
      if (host !== undefined) taken.delete(host);
      hosts.delete(owner);
    },
    port: (port) => (privileged ? port : (HIGH_PORTS[port] ?? port)),
  };
}
