import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { RedisConnection, type RedisAddress } from "../../transfer/redis/connection.ts";
import { findTools } from "../../automation/tools.ts";
import { freePort } from "../../automation/engine/freePort.ts";
import { temporaryFolder } from "./temporaryFolder.ts";

export interface RedisServer {
  readonly address: RedisAddress;
  stop(): Promise<void>;
}

/** A real Redis of the test's own on a free port, empty and without persistence. */
export async function startRedis(...flags: string[]): Promise<RedisServer> {
  const { redis } = await findTools();
  const dir = temporaryFolder("redis");
  const port = await freePort();
  const server = spawn(
    redis.found!.path,
    // prettier-ignore
    ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, "--save", "", "--appendonly", "no", ...flags],
    { stdio: "ignore" },
  );
  const address = { host: "127.0.0.1", port };
  await untilReady(server, address);
  return {
    address,
    stop: async () => {
      server.kill("SIGKILL");
      if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function untilReady(server: ChildProcess, address: RedisAddress): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`redis-server ended with ${server.exitCode}`);
    const connection = await RedisConnection.open(address).catch(() => undefined);
    if (connection) return connection.close();
    await delay(10);
  }
}
