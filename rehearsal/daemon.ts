// The process that holds a twin: `daemon.ts <folder>`. Detached, so that it outlives the driver that started it.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { ControlServer, type Routes } from "./control/server.ts";
import type { ResourceRequest } from "./provider/provider.ts";
import { writeEnvironment } from "./twin/environment.ts";
import { createFaults, parseFault } from "./twin/faults.ts";
import { twinFiles } from "./twin/folder.ts";
import { claimNetwork } from "./twin/network.ts";
import { recordProcess } from "./twin/processes.ts";
import { worldSettings, type TwinSettings } from "./twin/settings.ts";
import { startWorld, type TwinWorld } from "./twin/twinWorld.ts";
import { buildWorld } from "./worlds/index.ts";

const CONTROL_PORT = 7700;

/** What the launcher is told while it waits. */
export type DaemonMessage =
  { readonly progress: string } | { readonly ready: true } | { readonly failed: string };

async function main(dir: string): Promise<void> {
  // Data, keys and logs are for their owner only, whichever process writes them.
  process.umask(0o077);
  recordProcess(dir, process.pid, "twin");
  const settings = JSON.parse(readFileSync(twinFiles(dir).settings, "utf8")) as TwinSettings;
  const token = randomBytes(24).toString("hex");
  const control = new ControlServer(token);
  const network = await claimNetwork((host) => control.claim(host, CONTROL_PORT));
  const world = await startWorld({
    dir,
    settings: worldSettings(settings),
    network,
    faults: createFaults(settings.faults.map(parseFault)),
  });
  const stop = stopOnce(world, control);
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  await buildWorld(world, {
    traffic: settings.traffic,
    onProgress: (progress) => tell({ progress }),
  });
  writeEnvironment(world, world.credentials);
  const certificate = await world.authority.issue("control", { addresses: [control.host] });
  control.open(certificate, routesOf(world, stop));
  const { caFile } = world.authority;
  const access = { host: control.host, port: CONTROL_PORT, token, caFile, pid: process.pid };
  writeFileSync(twinFiles(dir).control, JSON.stringify(access), { mode: 0o600 });
  tell({ ready: true });
  process.channel?.unref();
}

function routesOf(world: TwinWorld, stop: () => void): Routes {
  const { provider, faults } = world;
  return {
    "/resources/check": (request: ResourceRequest) => provider.check(request),
    "/resources/diff": (request: ResourceRequest) => provider.diff(request),
    "/resources/create": (request: ResourceRequest) => provider.create(request),
    "/resources/update": (request: ResourceRequest) => provider.update(request),
    "/resources/read": (request: ResourceRequest) => provider.read(request),
    "/resources/delete": (request: ResourceRequest) => provider.delete(request),
    "/functions": ({ token, args }: { token: string; args: Record<string, unknown> }) =>
      provider.invoke(token, args),
    "/endpoints": () => world.endpoints(),
    "/settle": async () => {
      if (!world.traffic) throw new Error("This twin was started without traffic.");
      // The ledger is compared by the way that the application takes, which may lead through a load balancer.
      await world.lookFromHere();
      return await world.traffic.settle();
    },
    /** `{ "fault": "failover@redis.target" }`: now. */
    "/faults": ({ fault }: { fault: string }) => faults.inject(parseFault(fault)),
    "/faults/clear": () => faults.clear(),
    "/down": () => void setImmediate(stop),
  };
}

/** Stops everything and ends the process; asking twice makes no difference. */
function stopOnce(world: TwinWorld, control: ControlServer): () => void {
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= world.stop().finally(() => {
      control.close();
      process.exit();
    });
  };
}

function tell(message: DaemonMessage): void {
  // The launcher may be gone: the twin goes on without it.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

process.on("disconnect", () => {});
main(process.argv[2] ?? "").catch((error: unknown) => {
  console.error(error);
  tell({ failed: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  setImmediate(() => process.exit());
});
