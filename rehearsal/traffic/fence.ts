import type { World } from "../clouds/world.ts";
import type { Server } from "./messages.ts";

const FENCED = "redis.source";

/**
 * Calls `tell` when the rules begin to keep this address out of the source server, with that server, and when they let
 * it in again, with undefined.
 */
export function onFence(
  { machines, servers }: Pick<World, "machines" | "servers">,
  address: string,
  tell: (server: Server | undefined) => void,
): void {
  let fenced: string | undefined;
  machines.onChange(() => {
    const [source] = servers.of(FENCED);
    const at = source && { front: source.host, port: source.port };
    const now = at && !machines.reaches(address, at) ? at.front : undefined;
    if (now === fenced) return;
    fenced = now;
    tell(at && now ? { host: at.front, port: at.port } : undefined);
  });
}
