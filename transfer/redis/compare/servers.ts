import { RedisConnection, type RedisAddress } from "../connection.ts";
import { sideError, type Side } from "../errors.ts";
import { RedisError } from "../parser.ts";
import { RawLink } from "./rawLink.ts";

/** One of the two servers that are compared. */
export interface Server {
  /** For the first look at every key. */
  readonly raw: RawLink;
  /** For the close look at few. */
  readonly connection: RedisConnection;
  readonly dialect: Dialect;
}

interface Dialect {
  /** Whether it tells expiries as points in time, and all fields of streams: Redis 7.0. */
  readonly since7: boolean;
  /** Whether it tells what memory a key takes. */
  readonly sizes: boolean;
}

export interface Servers {
  readonly source: Server;
  readonly target: Server;
  close(): void;
}

const PROBE_KEY = "godwit:probe";

/** Connects to both. Rejects with `LinkError` or `RefusedError`, and leaves nothing open then. */
export async function openServers(source: RedisAddress, target: RedisAddress): Promise<Servers> {
  const opened: { close(): void }[] = [];
  const close = () => opened.forEach((connection) => connection.close());
  try {
    const both = {
      source: await openServer("source", source, opened),
      target: await openServer("target", target, opened),
    };
    return { ...both, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Whether both tell expiries as points in time. */
export function since7({ source, target }: Servers): boolean {
  return source.dialect.since7 && target.dialect.since7;
}

async function openServer(
  side: Side,
  address: RedisAddress,
  opened: { close(): void }[],
): Promise<Server> {
  const raw = await RawLink.open(side, address);
  opened.push(raw);
  try {
    const connection = await RedisConnection.open(address);
    opened.push(connection);
    return { raw, connection, dialect: await dialectOf(connection) };
  } catch (error) {
    throw sideError(side, error);
  }
}

async function dialectOf(connection: RedisConnection): Promise<Dialect> {
  const [expiry, size] = await connection.batch([
    ["PEXPIRETIME", PROBE_KEY],
    ["MEMORY", "USAGE", PROBE_KEY],
  ]);
  const unknown = expiry instanceof RedisError && expiry.message.includes("unknown command");
  if (expiry instanceof RedisError && !unknown) throw expiry;
  return { since7: !unknown, sizes: !(size instanceof RedisError) };
}
