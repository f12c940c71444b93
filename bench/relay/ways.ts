import { writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { OURS } from "../figures.ts";
import { isOnPath } from "../machine.ts";
import { Script, start } from "../processes.ts";
import { freePort } from "../../automation/engine/freePort.ts";
import type { BenchServer } from "../redis/servers.ts";
import type { RelayJob, RelayUp } from "./processes/relay.ts";

export const DIRECT = "direct";
/** With both connections of each, within the limit of open files of most machines (20,000). */
const MAX_CLIENTS = 9_950;
const START_MS = 10_000;
const RELAY = new URL("./processes/relay.ts", import.meta.url);

/** A way from a client to a server. */
export interface Way {
  readonly name: string;
  /** Why it cannot be had here. */
  unavailable?(): Promise<string | undefined>;
  open(server: BenchServer): Promise<OpenWay>;
}

export interface OpenWay {
  /** Where clients connect. */
  readonly port: number;
  /** The process in between; undefined when there is none. */
  readonly pid?: number | undefined;
  close(): Promise<void>;
}

export const direct: Way = {
  name: DIRECT,
  open: async ({ port }) => ({ port, close: async () => undefined }),
};

export const godwit: Way = {
  name: OURS,
  open: async ({ address }) => {
    const script = new Script(RELAY, {
      upstream: address,
      maxClients: MAX_CLIENTS,
    } satisfies RelayJob);
    const up = (await script.next()) as RelayUp;
    return { ...up, close: () => script.end() };
  },
};

export const haproxy: Way = {
  name: "haproxy (TCP mode)",
  unavailable: () => missing("haproxy"),
  open: (server) => {
    const { tls } = server;
    // The same care as ours takes: authority and name are verified.
    const secure = tls
      ? ` ssl verify required ca-file ${tls.caFile} sni str(${tls.name}) verifyhost ${tls.name}`
      : "";
    return external(server, (port) => ({
      program: "haproxy",
      flags: ["-f"],
      config: [
        "global",
        `  maxconn ${MAX_CLIENTS}`,
        "defaults",
        "  mode tcp",
        `  maxconn ${MAX_CLIENTS}`,
        "  timeout connect 5s",
        "  timeout client 1h",
        "  timeout server 1h",
        "listen redis",
        `  bind 127.0.0.1:${port}`,
        `  server redis 127.0.0.1:${server.port}${secure}`,
      ],
    }));
  },
};

export const stunnel: Way = {
  name: "stunnel",
  unavailable: () => missing("stunnel4"),
  open: (server) =>
    external(server, (port) => ({
      program: "stunnel4",
      flags: [],
      config: [
        "foreground = yes",
        "pid =",
        "socket = l:TCP_NODELAY=1",
        "socket = r:TCP_NODELAY=1",
        "[redis]",
        "client = yes",
        `accept = 127.0.0.1:${port}`,
        `connect = 127.0.0.1:${server.port}`,
        "verifyChain = yes",
        `CAfile = ${server.tls!.caFile}`,
        `checkHost = ${server.tls!.name}`,
        `sni = ${server.tls!.name}`,
      ],
    })),
};

async function missing(program: string): Promise<string | undefined> {
  return (await isOnPath(program)) ? undefined : `${program} is not on the PATH`;
}

interface External {
  readonly program: string;
  readonly flags: readonly string[];
  readonly config: readonly string[];
}

/** Starts a program with a configuration of its own, and waits until it listens. */
async function external(
  server: BenchServer,
  describe: (port: number) => External,
): Promise<OpenWay> {
  const port = await freePort();
  const { program, flags, config } = describe(port);
  const file = join(server.dir, `${program}.conf`);
  writeFileSync(file, `${config.join("\n")}\n`);
  const child = start(program, [...flags, file], { stdio: "ignore" });
  const deadline = Date.now() + START_MS;
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error(`${program} does not listen`);
    await delay(10);
  }
  const close = async () => {
    if (child.exitCode !== null) return;
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
  };
  return { port, pid: child.pid, close };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
