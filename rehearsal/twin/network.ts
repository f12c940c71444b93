import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { randomInt } from "node:crypto";
import type { Network } from "../clouds/world.ts";

const FIRST_HOST = 10;
const LAST_HOST = 250;
const HIGH_PORTS: Readonly<Record<number, number>> = { 53: 8053, 80: 8080, 443: 8443 };

/**
 * Claims a 127.77.N.0/24 that no other twin holds: whoever listens on its first address owns it.
 * `listen` binds the server that stays for the twin's life and rejects with `EADDRINUSE` when N is taken.
 */
export async function claimNetwork(listen: (host: string) => Promise<void>): Promise<Network> {
  const start = randomInt(1, 255);
  for (let i = 0; i < 254; i++) {
    const prefix = `127.77.${((start - 1 + i) % 254) + 1}`;
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
