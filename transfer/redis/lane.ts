import { RedisConnection, type RedisAddress } from "./connection.ts";
import { onSide, type Side } from "./errors.ts";
import { serverInfo } from "./info.ts";
import { OrderedLane, type Dialect } from "./lane/ordered.ts";
import { RedisError } from "./parser.ts";

export interface CopyResult {
  readonly copied: number;
  readonly removed: number;
  /** Bytes of the values as DUMP gives them. */
  readonly bytes: number;
  /** Too large for one command; left as they are on the target: `copyLarge` brings them, piece by piece. */
  readonly large: readonly Buffer[];
}

/** The one ordered way of values from source to target. */
export interface Lane {
  /**
   * Copies these keys of one database as they are on the source when the command is executed: value and expiry. A key
   * that the source does not have is removed from the target. Calls take effect on the target in the order they were
   * made. Resolves when the target has acknowledged all of it; many calls may be in flight. Rejects with `LinkError`
   * (open a new lane, copy again what was not acknowledged) or `RefusedError`; the lane is of no use afterwards.
   */
  copy(db: number, keys: readonly Buffer[]): Promise<CopyResult>;
  /** Bytes read from the source and not yet acknowledged by the target. */
  readonly bytesInFlight: number;
  /** Names this lane's connection to the target, for the lane that replaces it. */
  readonly identity: LaneIdentity;
  close(): void;
}

/** A connection on one server process. Plain data: may be kept in a checkpoint. */
export interface LaneIdentity {
  readonly runId: string;
  readonly clientId: number;
}

export interface LaneOptions {
  /** Keys that take more memory on the source are `large`, in bytes. */
  readonly largeAbove?: number;
  /** The lane that this one replaces: its connection is ended first, so that none of its commands runs late. */
  readonly replaces?: LaneIdentity | undefined;
}

/** Asked about to learn which commands the source knows; need not exist. */
const PROBE_KEY = "godwit:probe";
/** The source builds a DUMP in one go: 8 MiB take it a few milliseconds, within what a PING may wait. */
export const LARGE_ABOVE = 8 * 1024 * 1024;

/** Connects to both servers. Rejects with `LinkError` or `RefusedError`. */
export async function openLane(
  source: RedisAddress,
  target: RedisAddress,
  options: LaneOptions = {},
): Promise<Lane> {
  const opened: RedisConnection[] = [];
  const open = async (side: Side, address: RedisAddress) => {
    const connection = await onSide(side, RedisConnection.open(address));
    opened.push(connection);
    return connection;
  };
  try {
    const from = await open("source", source);
    const dialect = await onSide("source", dialectOf(from));
    const to = await open("target", target);
    const identity = await onSide("target", identify(to, options.replaces));
    const { largeAbove = LARGE_ABOVE } = options;
    return new OrderedLane(from, to, dialect, { identity, largeAbove });
  } catch (error) {
    for (const connection of opened) connection.close();
    throw error;
  }
}

async function identify(
  connection: RedisConnection,
  replaces: LaneIdentity | undefined,
): Promise<LaneIdentity> {
  const runId = (await serverInfo(connection, "server"))["run_id"] ?? "";
  // Numbers of clients are a server process's own: after a failover the same number is somebody else.
  if (replaces?.runId === runId) await connection.ask("CLIENT", "KILL", "ID", replaces.clientId);
  return { runId, clientId: (await connection.ask("CLIENT", "ID")) as number };
}

async function dialectOf(connection: RedisConnection): Promise<Dialect> {
  const [expiry, size] = await connection.batch([
    ["PEXPIRETIME", PROBE_KEY],
    ["MEMORY", "USAGE", PROBE_KEY],
  ]);
  if (expiry instanceof RedisError && !unknownCommand(expiry)) throw expiry;
  return { absoluteExpiry: typeof expiry === "number", sizes: !(size instanceof RedisError) };
}

function unknownCommand({ message }: RedisError): boolean {
  return message.includes("unknown command");
}
