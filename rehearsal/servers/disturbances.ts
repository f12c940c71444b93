import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../clouds/world.ts";
import type { Faults } from "../twin/faults.ts";
import type { ServerRegistry } from "../twin/servers.ts";
import type { Gates } from "./gates/index.ts";
import type { RedisServer } from "./redis.ts";

const CUT_MS = 3_000;
/** A cut asked for before the server started comes when it is in use. */
const CUT_AFTER_MS = 2_000;

/** Makes the faults `cut`, `slow` and `full` happen on the data servers, running or yet to start. */
export function disturbServers(servers: ServerRegistry, faults: Faults, gates: Gates): void {
  const disturb = async (fault: Fault, server: RedisServer) => {
    if (fault.kind === "full") return server.setDiskFull(true);
    if (fault.kind === "slow") return gates.slowDown(frontOf(server), Number(fault.argument));
    await gates.setCut(frontOf(server), true);
    void delay(Number(fault.argument ?? CUT_MS)).then(() => gates.setCut(frontOf(server), false));
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
    for (const server of servers.list()) {
      await server.setDiskFull(false);
      await gates.slowDown(frontOf(server), 0);
    }
  });
}

const frontOf = ({ host, port }: RedisServer) => ({ front: host, port });

const LASTING: readonly string[] = ["slow", "full"];
