import type { RedisConnection } from "./connection.ts";

/** `INFO` as a map of its fields. */
export async function serverInfo(
  connection: RedisConnection,
  section = "all",
): Promise<Record<string, string>> {
  const text = String(await connection.ask("INFO", section));
  const lines = text.split("\r\n").filter((line) => line.includes(":"));
  return Object.fromEntries(lines.map((line) => splitAt(line, ":")));
}

/** Numbers of the databases that hold keys, in order. */
export async function databasesOf(connection: RedisConnection): Promise<number[]> {
  const info = await serverInfo(connection, "keyspace");
  return Object.keys(info)
    .map((name) => Number(/^db(\d+)$/.exec(name)?.[1] ?? NaN))
    .filter((db) => !Number.isNaN(db))
    .sort((a, b) => a - b);
}

/** Keys in all databases. */
export async function keyCount(connection: RedisConnection): Promise<number> {
  const info = await serverInfo(connection, "keyspace");
  const counts = Object.values(info).map((text) => Number(/keys=(\d+)/.exec(text)?.[1] ?? 0));
  return counts.reduce((sum, count) => sum + count, 0);
}

export interface ClientEntry {
  readonly id: string;
  readonly addr: string;
  readonly name: string;
  readonly cmd: string;
  /** `S` and `M` mark the links of replication. */
  readonly flags: string;
}

/** Clients of the server, without the one that asks and without its own replicas. */
export async function otherClients(connection: RedisConnection): Promise<ClientEntry[]> {
  const self = String(await connection.ask("CLIENT", "ID"));
  const text = String(await connection.ask("CLIENT", "LIST"));
  const entries = text.trim().split("\n").map(parseClient);
  return entries.filter(({ id, flags }) => id !== self && !/[SM]/.test(flags));
}

/** The server's own machine, as the server sees it. */
const OWN_MACHINE = new Set(["127.0.0.1", "::1"]);

/**
 * Whether it is the service's own, which watches the server from the server's machine: on a managed one nobody else is
 * there. ElastiCache has two to four such connections a node. Nobody is told apart by it when we come from there, too.
 */
export function isService({ addr }: Pick<ClientEntry, "addr">, ownHost: string): boolean {
  return OWN_MACHINE.has(hostOf(addr)) && !OWN_MACHINE.has(ownHost);
}

/** `10.0.1.7:34567` → `10.0.1.7`, and an IPv6 address without its brackets. */
export function hostOf(addr: string): string {
  return addr.slice(0, addr.lastIndexOf(":")).replace(/^\[(.*)\]$/, "$1");
}

/**
 * How many write commands the server has executed since it started, scripts' own writes included. Two equal
 * readings prove that nothing was written between them, except by expiry.
 */
export async function writeCommands(connection: RedisConnection): Promise<number> {
  const writing = await writingCommandNames(connection);
  const info = await serverInfo(connection, "commandstats");
  let calls = 0;
  for (const [field, text] of Object.entries(info)) {
    const name = field.replace(/^cmdstat_/, "").split("|")[0]!;
    if (writing.has(name)) calls += Number(/calls=(\d+)/.exec(text)?.[1] ?? 0);
  }
  return calls;
}

async function writingCommandNames(connection: RedisConnection): Promise<Set<string>> {
  const commands = (await connection.ask("COMMAND")) as [Buffer, number, Buffer[]][];
  const writing = commands.filter(([, , flags]) => flags.some((flag) => String(flag) === "write"));
  return new Set(writing.map(([name]) => String(name).toLowerCase()));
}

/** There may be thousands of lines of thirty fields: only what is needed is taken out. */
function parseClient(line: string): ClientEntry {
  const text = ` ${line} `;
  const field = (name: keyof ClientEntry) => {
    const begin = text.indexOf(` ${name}=`);
    if (begin < 0) return "";
    const from = begin + name.length + 2;
    return text.slice(from, text.indexOf(" ", from));
  };
  return {
    id: field("id"),
    addr: field("addr"),
    name: field("name"),
    cmd: field("cmd"),
    flags: field("flags"),
  };
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}
