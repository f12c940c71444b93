import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import type { DataServer, ProcessTable } from "../clouds/world.ts";
import {
  applicationRules,
  INTERNAL_USER,
  redisConfig,
  type RedisSettings,
  type RedisTls,
} from "./redisConfig.ts";

const POLL_MS = 10;
const START_TIMEOUT_MS = 60_000;
const SAVE_TIMEOUT_MS = 600_000;

export interface RedisOptions extends RedisSettings {
  readonly id: string;
  /** Address under which clients find it; it listens on `host`, behind the gate of that address. */
  readonly published: string;
  readonly processes: ProcessTable;
}

/** A real redis-server process, managed the way the service manages a node. */
export class RedisServer implements DataServer {
  readonly id: string;
  readonly host: string;
  readonly behind: string;
  readonly port: number;
  readonly tls: boolean;
  role: "primary" | "replica";
  readonly #options: RedisOptions;
  readonly #child: ChildProcess;

  private constructor(options: RedisOptions, child: ChildProcess) {
    this.#options = options;
    this.#child = child;
    this.id = options.id;
    this.host = options.published;
    this.behind = options.host;
    this.port = options.port;
    this.tls = options.tls !== undefined;
    this.role = options.replicaOf ? "replica" : "primary";
  }

  /** Starts the server and resolves when it has loaded its data and, as a replica, has caught up. */
  static async start(options: RedisOptions): Promise<RedisServer> {
    await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
    const configFile = join(options.dataDir, "redis.conf");
    await writeFile(configFile, redisConfig(options), { mode: 0o600 });
    const child = options.processes.start(`redis ${options.id}`, "redis-server", [configFile], {
      cwd: options.dataDir,
    });
    const failed = new Promise<never>((_, reject) => {
      child.once("error", (error) => reject(notStarted(options, error)));
      child.once("exit", () => reject(notStarted(options, undefined)));
    });
    failed.catch(() => {});
    const server = new RedisServer(options, child);
    await Promise.race([server.#ready(), failed]);
    return server;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get dataDir(): string {
    return this.#options.dataDir;
  }

  /** One command on a connection of its own, so that the service does not show up among the clients. */
  async command(name: string, ...args: (string | number)[]): Promise<unknown> {
    const connection = this.#connection();
    try {
      await connection.connect();
      return await connection.call(name, ...args);
    } finally {
      connection.disconnect();
    }
  }

  async info(): Promise<Readonly<Record<string, string>>> {
    const text = String(await this.command("INFO", "everything"));
    const lines = [...text.matchAll(/^([^#:\r\n]+):(.*?)\r?$/gm)];
    return Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value]));
  }

  /** Replaces the passwords that let an application in; open connections stay. */
  async setPasswords(hashes: readonly string[]): Promise<void> {
    await this.command("ACL", "SETUSER", "default", ...applicationRules(hashes));
  }

  /** Changes settings of the running server. */
  async configure(parameters: Readonly<Record<string, string>>): Promise<void> {
    await this.command("CONFIG", "SET", ...Object.entries(parameters).flat());
  }

  async becomePrimary(): Promise<void> {
    await this.command("REPLICAOF", "NO", "ONE");
    this.role = "primary";
  }

  /** Drops what it has, follows `primary`, and closes its clients' connections, as a replaced node does. */
  async follow(primary: RedisServer): Promise<void> {
    await this.command("REPLICAOF", primary.behind, primary.port);
    this.role = "replica";
    await this.dropClients();
  }

  async dropClients(): Promise<void> {
    await this.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    await this.command("CLIENT", "KILL", "TYPE", "pubsub", "SKIPME", "yes");
  }

  /**
   * Takes a snapshot in the background and returns its file.
   * @throws when the server could not write it (no space, no memory).
   */
  async save(): Promise<string> {
    await this.command("BGSAVE");
    const deadline = Date.now() + SAVE_TIMEOUT_MS;
    for (;;) {
      const info = await this.info();
      if (info["rdb_bgsave_in_progress"] === "0") {
        if (info["rdb_last_bgsave_status"] === "ok") return this.snapshotFile;
        throw new Error(`Redis ${this.id} could not write its snapshot.`);
      }
      if (Date.now() > deadline)
        throw new Error(`The snapshot of Redis ${this.id} takes too long.`);
      await delay(POLL_MS);
    }
  }

  get snapshotFile(): string {
    return join(this.dataDir, "dump.rdb");
  }

  /** While `full`, a snapshot's file cannot take its place, so that the server's own save fails. */
  async setDiskFull(full: boolean): Promise<void> {
    const isFolder = (await stat(this.snapshotFile).catch(() => undefined))?.isDirectory() ?? false;
    if (full === isFolder) return;
    await rm(this.snapshotFile, { recursive: true, force: true });
    if (full) await mkdir(join(this.snapshotFile, "full"), { recursive: true });
  }

  async stop(): Promise<void> {
    await this.#options.processes.stop(this.#child);
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const info = await this.info().catch(() => undefined);
      if (info?.["loading"] === "0" && inSync(info)) return;
      if (Date.now() > deadline) throw notStarted(this.#options, undefined);
      await delay(POLL_MS);
    }
  }

  #connection(): Redis {
    const { tls, internalPassword } = this.#options;
    const connection = new Redis({
      host: this.behind,
      port: this.port,
      username: INTERNAL_USER,
      password: internalPassword,
      ...(tls && { tls: verified(tls) }),
      lazyConnect: true,
      enableReadyCheck: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    // The caller gets the rejected command; without a listener the library would print it as well.
    connection.on("error", () => {});
    return connection;
  }
}

const verified = ({ caFile, serverName }: RedisTls) => ({
  ca: readFileSync(caFile),
  servername: serverName,
});

function inSync(info: Readonly<Record<string, string>>): boolean {
  return info["role"] === "master" || info["master_link_status"] === "up";
}

function notStarted(
  { id, dataDir }: RedisOptions,
  cause: NodeJS.ErrnoException | undefined,
): Error {
  if (cause?.code === "ENOENT") {
    return new Error("redis-server is not on the PATH; `godwit doctor` tells how to get it.");
  }
  return new Error(`Redis ${id} did not start; its log is ${join(dataDir, "redis.log")}.`, {
    cause,
  });
}
