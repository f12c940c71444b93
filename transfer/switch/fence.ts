import { CLIENT_NAME, RedisConnection, type RedisAddress } from "../redis/connection.ts";
import { hostOf, isService, otherClients, serverInfo, type ClientEntry } from "../redis/info.ts";
import { RedisError, type Reply } from "../redis/parser.ts";
import { within } from "./deadline.ts";
import type { Connections } from "./protocol.ts";
import type { Sentinel } from "./tails.ts";

/** Which server is fenced, and who is spared. */
export interface FenceOptions {
  readonly address: RedisAddress;
  /** Where the relays' connections come from: hosts as the server sees them. */
  readonly relays: readonly string[];
  /** For how long a pause holds without renewal, in ms; also how long the server may take for one answer. */
  readonly leaseMs: number;
  /** The fence broke: its connection was lost, or its server is no primary any more. Told once, never after `close`. */
  readonly onLost?: (error: Error) => void;
}

/** Clients that were killed though they are neither relays nor ours, nor the service's own. */
export interface Strangers {
  readonly count: number;
  /** Hosts they came from, five at most. */
  readonly hosts: readonly string[];
}

/** Whom lifting a fence kills first. `clients`: all but us. `everyone`: our predecessor too, whatever it calls itself. */
export type Killed = "nobody" | "clients" | "everyone";

interface Self {
  readonly host: string;
  /** As our connections are called; empty where the user may not name them, and the host alone tells them. */
  readonly name: string;
}

/** How often the fence looks whether it still stands. */
const LOOK_EVERY_MS = 50;
const HOSTS_TOLD = 5;

/**
 * Stops writes on the side that loses the traffic, as a lease. All on one connection, so that what it says holds for
 * one server process. It uses only what managed services allow; they need Redis 6.2 for `CLIENT PAUSE … WRITE`.
 */
export class Fence {
  readonly #options: FenceOptions;
  readonly #connection: RedisConnection;
  readonly #self: Self;
  readonly #runId: string;
  readonly #looking: NodeJS.Timeout;
  readonly #strangers = { count: 0, hosts: new Set<string>() };
  /** Who was there when it was opened: listing thousands of clients takes longer than a hold should. */
  readonly #present: readonly ClientEntry[];
  /** Deeds go one after the other: a pause must not overtake its own lifting. */
  #last: Promise<unknown> = Promise.resolve();
  #over = false;
  #pausedAt: number | undefined;
  #lapsed = false;

  private constructor(
    options: FenceOptions,
    connection: RedisConnection,
    self: Self,
    runId: string,
    present: readonly ClientEntry[],
  ) {
    this.#options = options;
    this.#connection = connection;
    this.#self = self;
    this.#runId = runId;
    this.#present = present;
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** Connects, ahead of a hold; stops nobody yet. Rejects when the server cannot be reached or is no primary. */
  static async open(options: FenceOptions): Promise<Fence> {
    const connection = await RedisConnection.open(options.address);
    try {
      const self = await selfOf(connection);
      const runId = await primaryRunId(connection);
      return new Fence(options, connection, self, runId, await otherClients(connection));
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get strangers(): Strangers {
    const { count, hosts } = this.#strangers;
    return { count, hosts: [...hosts].slice(0, HOSTS_TOLD) };
  }

  /**
   * Kills the strangers that were there when the fence was opened, then writes the sentinel and pauses all writes in
   * one transaction: what comes after the sentinel waits. Strangers who came later wait, too. Rejects when the server
   * refuses either, or does not answer within the lease.
   */
  async raise({ key, value, ttlMs }: Sentinel): Promise<void> {
    await this.#next(async () => {
      const strangers = this.#present.filter((client) => this.#isStranger(client));
      const kills = strangers.map(kill);
      this.#pausedAt = performance.now();
      const set = ["SET", key, value, "PX", ttlMs];
      const replies = await this.#connection.batch([...kills, ["MULTI"], set, this.#pause(), ["EXEC"]]); // prettier-ignore
      this.#count(strangers, replies);
      for (const each of replies.slice(kills.length).flat()) if (each instanceof RedisError) throw refused(each); // prettier-ignore
    });
  }

  /** The lease begins anew. Rejects when the pause may have lapsed, or the server does not answer. */
  async renew(): Promise<void> {
    await this.#next(async () => {
      this.#noteLapse();
      if (this.#lapsed) throw new Error("the pause was not renewed in time and has lapsed");
      const asked = performance.now();
      await this.#connection.ask(...this.#pause());
      this.#pausedAt = asked;
    });
  }

  /**
   * Kills first, so that what queued never runs, then lets writes pass. Connections of relays that are `idle`, nothing
   * having been under way on them since before the pause, are spared. Resolves with whether the pause has held all
   * the time, on one primary, until then. Rejects when the server does not answer; the pause then ends with its lease.
   */
  async lift(
    killed: Killed,
    idle: readonly Connections[] = [],
  ): Promise<{ readonly unbroken: boolean }> {
    return await this.#next(async () => {
      if (killed !== "nobody") await this.#killAll(killed, idle);
      this.#noteLapse();
      await this.#connection.ask("CLIENT", "UNPAUSE");
      const primary = (await primaryRunId(this.#connection).catch(() => undefined)) === this.#runId;
      return { unbroken: primary && this.#pausedAt !== undefined && !this.#lapsed };
    });
  }

  close(): void {
    this.#over = true;
    clearInterval(this.#looking);
    this.#connection.close();
  }

  async #killAll(killed: "clients" | "everyone", idle: readonly Connections[]): Promise<void> {
    const spared = new Set(idle.flatMap(addressesOf));
    const others = await otherClients(this.#connection);
    const dead =
      killed === "everyone"
        ? others
        : others.filter((client) => !this.#ours(client) && !spared.has(client.addr));
    this.#count(dead, await this.#connection.batch(dead.map(kill)));
  }

  #isStranger(client: ClientEntry): boolean {
    const { relays } = this.#options;
    const known = this.#ours(client) || isService(client, this.#self.host);
    return !known && !relays.includes(hostOf(client.addr));
  }

  /** A name proves nothing by itself: a client that calls itself as we do and comes from elsewhere is a stranger. */
  #ours(client: ClientEntry): boolean {
    return client.name.startsWith(this.#self.name) && hostOf(client.addr) === this.#self.host;
  }

  /** Of the killed, the strangers. Who had gone by himself was not killed. */
  #count(clients: readonly ClientEntry[], killed: readonly Reply[]): void {
    const strangers = clients.filter((client, at) => killed[at] === 1 && this.#isStranger(client));
    this.#strangers.count += strangers.length;
    for (const stranger of strangers) this.#strangers.hosts.add(hostOf(stranger.addr));
  }

  #pause(): ["CLIENT", "PAUSE", number, "WRITE"] {
    return ["CLIENT", "PAUSE", this.#options.leaseMs, "WRITE"];
  }

  /** The lease is counted from before it was asked for, by a clock that nobody sets. */
  #noteLapse(): void {
    const { leaseMs } = this.#options;
    if (this.#pausedAt !== undefined && performance.now() - this.#pausedAt >= leaseMs)
      this.#lapsed = true;
  }

  #next<T>(deed: () => Promise<T>): Promise<T> {
    const { leaseMs } = this.#options;
    const done = this.#last.then(() => within(leaseMs, deed(), "the server did not answer"));
    // Who did not answer in time might do so late: nothing more is asked on this connection.
    this.#last = done.catch((error: Error) => this.#lose(error));
    return done;
  }

  #look(): void {
    const { leaseMs } = this.#options;
    within(leaseMs, primaryRunId(this.#connection), "the server did not answer").then(
      (runId) => runId === this.#runId || this.#lose(new Error("another server answers")),
      (error: Error) => this.#lose(error),
    );
  }

  #lose(error: Error): void {
    if (this.#over) return;
    this.close();
    this.#options.onLost?.(error);
  }
}

async function selfOf(connection: RedisConnection): Promise<Self> {
  const text = String(await connection.ask("CLIENT", "INFO"));
  const addr = /(?:^| )addr=(\S*)/.exec(text)?.[1] ?? "";
  const named = new RegExp(`(?:^| )name=${CLIENT_NAME}`).test(text);
  return { host: hostOf(addr), name: named ? CLIENT_NAME : "" };
}

/** Rejects when it is a replica: it takes no write, and a pause there would prove nothing. */
async function primaryRunId(connection: RedisConnection): Promise<string> {
  const info = await serverInfo(connection);
  if (info["role"] !== "master") throw new Error(`the server is a ${info["role"]} now`);
  return info["run_id"] ?? "";
}

/** As the server writes them: an IPv6 address in brackets. */
function addressesOf(connections: Connections): string[] {
  return Object.entries(connections).flatMap(([host, ports]) =>
    ports.map((port) => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`)),
  );
}

function kill({ id }: ClientEntry): ["CLIENT", "KILL", "ID", string] {
  return ["CLIENT", "KILL", "ID", id];
}

function refused(error: RedisError): Error {
  const hint = "A fence needs Redis 6.2 or newer and the right to CLIENT PAUSE and CLIENT KILL.";
  return new Error(`the server refused to pause writes: ${error.message}. ${hint}`, {
    cause: error,
  });
}
