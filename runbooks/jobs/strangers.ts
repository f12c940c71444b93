import type { Job } from "../../automation/step.ts";
import { CLIENT_NAME, RedisConnection } from "../../transfer/redis/connection.ts";
import { hostOf, isService, otherClients, type ClientEntry } from "../../transfer/redis/info.ts";
import { listed } from "./servers.ts";
import { serverIn } from "./reference.ts";

/**
 * Who is connected to `server` beside the mover, the service itself and the relays at the addresses `relays`. A name
 * proves nothing: a client counts as the mover's only if it also comes from where we come from.
 */
export const strangers: Job = async (ctx) => {
  const relays = new Set(ctx.params["relays"] as readonly string[]);
  return await RedisConnection.use(await serverIn(ctx, "server"), async (connection) => {
    const own = await ownHost(connection);
    const isMover = ({ addr, name }: ClientEntry) =>
      hostOf(addr) === own && name.startsWith(CLIENT_NAME);
    const isKnown = (client: ClientEntry) =>
      isMover(client) || isService(client, own) || relays.has(hostOf(client.addr));
    const unknown = (await otherClients(connection)).filter((client) => !isKnown(client));
    return { strangers: unknown.length, clients: listed(unknown) };
  });
};

/** The address from which the server sees this connection come. */
async function ownHost(connection: RedisConnection): Promise<string> {
  const info = String(await connection.ask("CLIENT", "INFO"));
  return hostOf(/(?:^| )addr=(\S*)/.exec(info)?.[1] ?? "");
}
