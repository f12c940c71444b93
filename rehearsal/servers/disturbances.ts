import { setTimeout as delay } from "node:timers/promises";
import type { Fault, Network } from "../clouds/world.ts";
import type { Faults } from "../twin/faults.ts";
import type { ServerRegistry } from "../twin/servers.ts";
import { DisturbingProxy } from "./proxy.ts";
import type { RedisServer } from "./redis.ts";

const CUT_MS = 3_000;
/** A cut asked for before the server started comes when it is in use. */
const CUT_AFTER_MS = 2_000;

/** Makes the faults `cut`, `slow` and `full` happen on the data servers, running or yet to start. */
export function disturbServers(servers: ServerRegistry, faults: Faults, network: Network): void {
  const proxies = new Map<RedisServer, DisturbingProxy>();

  const proxyOf = async (server: RedisServer) => {
    const known = proxies.get(server);
    if (known) return known;
    const behind = network.claim(`${server.id} behind its proxy`);
    await server.listenOn(behind);
    const proxy = await DisturbingProxy.start(server.host, behind, server.port);
    proxies.set(server, proxy);
    await server.dropClients();
    return proxy;
  };

  const disturb = async (fault: Fault, server: RedisServer) => {
    if (fault.kind === "full") return server.setDiskFull(true);
    const proxy = await proxyOf(server);
    if (fault.kind === "slow") return proxy.slowDown(Number(fault.argument));
    proxy.setCut(true);
    void delay(Number(fault.argument ?? CUT_MS)).then(() => proxy.setCut(false));
  };

  for (const kind of ["cut", "slow", "full"]) {
    faults.on(kind, async (fault) => {
      for (const server of servers.of(fault.on)) await disturb(fault, server);
    });
  }
  servers.onAdd(async (name, server) => {
    const due = faults.list().filter(({ on }) => on === name);
    for (const fault of due.filter(({ kind }) => LASTING.includes(kind))) {
      await disturb(fault, server);
    }
    const cut = due.find(({ kind }) => kind === "cut");
    if (cut) void delay(CUT_AFTER_MS).then(() => disturb(cut, server));
  });
  faults.onClear(async () => {
    for (const server of servers.list()) await server.setDiskFull(false);
    for (const proxy of proxies.values()) proxy.slowDown(0);
  });
}

const LASTING: readonly string[] = ["slow", "full"];
