import { setTimeout as delay } from "node:timers/promises";
import { failure } from "../../automation/errors.ts";
import type { Job, JobContext } from "../../automation/step.ts";
import {
  CLIENT_NAME,
  RedisConnection,
  type RedisAddress,
} from "../../transfer/redis/connection.ts";
import { keyCount, otherClients, serverInfo, type ClientEntry } from "../../transfer/redis/info.ts";
import { RedisError } from "../../transfer/redis/parser.ts";
import { needsPassword } from "../steps/suitability.ts";
import { clientWrites } from "./clientWrites.ts";
import { serverIn } from "./reference.ts";

/** How long a server must be seen without clients and without a write before it counts as quiet. */
const QUIET_FOR_MS = 500;
const LOOK_EVERY_MS = 100;
const QUIET_DEADLINE_MS = 5 * 60_000;

/** What a plan needs to know of the server `server`: its `INFO`, and how many keys it holds. */
export const inspect: Job = async (ctx) => {
  const connection = await openPlaintext(await serverIn(ctx, "server"));
  try {
    return { info: await serverInfo(connection), keys: await keyCount(connection) };
  } finally {
    connection.close();
  }
};

/** Connects to a source. Refuses one that lets nobody in without a password. */
export async function openPlaintext(address: RedisAddress): Promise<RedisConnection> {
  try {
    return await RedisConnection.open(address);
  } catch (error) {
    throw error instanceof RedisError && error.code === "NOAUTH" ? needsPassword() : error;
  }
}

/** How many write commands `server` has executed, godwit's own copying included, and who else is connected to it. */
export const writes: Job = async (ctx) =>
  await RedisConnection.use(await serverIn(ctx, "server"), async (connection) => {
    const others = await strangers(connection);
    return {
      writeCommands: await clientWrites(connection, ctx.run),
      strangers: others.length,
      clients: listed(others),
    };
  });

/**
 * Waits until `server` has no client but godwit and has executed no write for a while; returns its count of write
 * commands, for later comparison. Rejects at the deadline, naming who is still connected.
 */
export const quiet: Job = async (ctx) =>
  await RedisConnection.use(await serverIn(ctx, "server"), async (connection) => ({
    writeCommands: await provenQuiet(ctx, connection),
  }));

async function provenQuiet(ctx: JobContext, connection: RedisConnection): Promise<number> {
  const deadline = Date.now() + ctx.clock.deadline(QUIET_DEADLINE_MS);
  let count = await clientWrites(connection, ctx.run);
  for (let quietSince = Date.now(); Date.now() - quietSince < QUIET_FOR_MS;) {
    await delay(LOOK_EVERY_MS, undefined, { signal: ctx.signal });
    const [clients, now] = [await strangers(connection), await clientWrites(connection, ctx.run)];
    if (clients.length === 0 && now === count) continue;
    if (Date.now() > deadline) throw stillConnected(clients);
    ctx.progress({ doing: `waiting for ${clients.length} clients to leave` });
    count = now;
    quietSince = Date.now();
  }
  return count;
}

/** PING as a client of `server` should do it, and as it must be refused: without token, without TLS. */
export const connections: Job = async (ctx) => {
  const { tls, password, ...bare } = await serverIn(ctx, "server");
  const [proper, withoutToken, withoutTls] = await Promise.all([
    ping({ ...bare, tls, password }),
    ping({ ...bare, tls }),
    ping({ ...bare, password }),
  ]);
  return { proper, withoutToken, withoutTls };
};

async function ping(address: RedisAddress): Promise<string> {
  try {
    return await RedisConnection.use(address, async (connection) =>
      String(await connection.ask("PING")),
    );
  } catch (error) {
    return `refused (${(error as Error).message.split(" ", 3).join(" ")})`;
  }
}

/** Clients other than the mover's own connections, which all carry our name. */
async function strangers(connection: RedisConnection): Promise<ClientEntry[]> {
  const clients = await otherClients(connection);
  return clients.filter(({ name }) => !name.startsWith(CLIENT_NAME));
}

function stillConnected(clients: readonly ClientEntry[]) {
  return failure(
    "still-connected",
    `${clients.length} clients are still connected to the source after the application was stopped: ${clients.length > 0 ? listed(clients) : "nobody, but writes go on"}.`,
    "",
    "Stop them too, or find out by their address what they are, and use `godwit resume RUN`.",
  );
}

/** The first few clients, as a person looks for them. */
export function listed(clients: readonly ClientEntry[]): string {
  const first = clients
    .slice(0, 5)
    .map(({ addr, name, cmd }) => `${addr}${name && ` (${name})`} ${cmd}`);
  return first.join(", ") || "nobody";
}
