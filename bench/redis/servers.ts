import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { CertificateAuthority } from "../../rehearsal/clouds/world.ts";
import { createAuthority } from "../../rehearsal/twin/authority.ts";
import {
  RedisConnection,
  type RedisAddress,
  type Command,
} from "../../transfer/redis/connection.ts";
import type { Reply } from "../../transfer/redis/parser.ts";
import { start, useOf } from "../processes.ts";
import { freePort } from "../../automation/engine/freePort.ts";

/** Name in the certificates of TLS servers; one server of ours has another. */
export const SERVER_NAME = "redis.bench";
const START_MS = 60_000;

/** How a server is started. */
export interface ServerOptions {
  /** Present: TLS only, with a certificate for this name. */
  readonly certificateFor?: string | undefined;
  /** Further flags of redis-server. */
  readonly flags?: readonly string[] | undefined;
}

/** Starts servers in a folder of the bench's own. */
export class ServerPark {
  readonly folder = mkdtempSync(join(tmpdir(), "godwit-bench-"));
  #authority: Promise<CertificateAuthority> | undefined;

  async start(options: ServerOptions = {}): Promise<BenchServer> {
    const dir = mkdtempSync(join(this.folder, "server-"));
    const { certificateFor } = options;
    const tls = certificateFor === undefined ? undefined : await this.#tls(certificateFor);
    const server = new BenchServer(dir, await freePort(), tls);
    await server.run(options.flags);
    return server;
  }

  async stop(server: BenchServer): Promise<void> {
    await server.end();
    rmSync(server.dir, { recursive: true, force: true });
  }

  /** Removes all folders; the processes have ended. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #tls(name: string): Promise<TlsFiles> {
    this.#authority ??= createAuthority(this.folder);
    const authority = await this.#authority;
    const { certFile, keyFile } = await authority.issue(name, { names: [name] });
    return { name, certFile, keyFile, caFile: authority.caFile };
  }
}

interface TlsFiles {
  /** The name that the certificate is for. */
  readonly name: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

/** A redis-server of the bench's own on a free port, without persistence. */
export class BenchServer {
  readonly dir: string;
  readonly port: number;
  readonly tls: TlsFiles | undefined;
  /** How a careful client reaches it: certificate and name verified. */
  readonly address: RedisAddress;
  /** The same, but content with the name that the certificate has: for the bench's own questions. */
  readonly #own: RedisAddress;
  #child: ReturnType<typeof start> | undefined;
  /** CPU seconds of processes that have ended. */
  #cpuBefore = 0;

  constructor(dir: string, port: number, tls: TlsFiles | undefined) {
    this.dir = dir;
    this.port = port;
    this.tls = tls;
    const ca = tls && readFileSync(tls.caFile, "utf8");
    const reach = (servername: string | undefined): RedisAddress => ({
      host: "127.0.0.1",
      port,
      ...(servername && { tls: { servername, ca } }),
    });
    this.address = reach(tls && SERVER_NAME);
    this.#own = reach(tls?.name);
  }

  /** CPU seconds of the server so far, its forked children and earlier processes included. */
  get cpuSeconds(): number {
    return this.#cpuBefore + (useOf(this.#child?.pid)?.cpuSeconds ?? 0);
  }

  /** Starts the process; resolves when it has loaded what is in its folder and answers. */
  async run(flags: readonly string[] = []): Promise<void> {
    // prettier-ignore
    const common = ["--bind", "127.0.0.1", "--dir", this.dir, "--save", "", "--appendonly", "no", "--enable-debug-command", "local", "--repl-diskless-sync-delay", "0"];
    const child = start("redis-server", [...common, ...this.#listening(), ...flags], {
      stdio: "ignore",
    });
    this.#child = child;
    const deadline = Date.now() + START_MS;
    while (!(await this.#answers())) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
      if (Date.now() > deadline) throw new Error("redis-server does not answer");
      await delay(5);
    }
  }

  async end(): Promise<void> {
    this.#cpuBefore = this.cpuSeconds;
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Commands one after the other; returns the last reply. A server's error is thrown. */
  async ask(...commands: Command[]): Promise<Reply> {
    const connection = await RedisConnection.open(this.#own);
    try {
      let reply: Reply = null;
      for (const command of commands) reply = await connection.ask(...command);
      return reply;
    } finally {
      connection.close();
    }
  }

  /** Arguments for redis-cli to reach it as a careful person would. */
  get cliArguments(): string[] {
    const { tls, port } = this;
    const secure = tls ? ["--tls", "--cacert", tls.caFile, "--sni", SERVER_NAME] : [];
    return ["-h", "127.0.0.1", "-p", String(port), ...secure];
  }

  #listening(): string[] {
    const { tls, port } = this;
    if (!tls) return ["--port", String(port)];
    // prettier-ignore
    return ["--port", "0", "--tls-port", String(port), "--tls-auth-clients", "no", "--tls-cert-file", tls.certFile, "--tls-key-file", tls.keyFile, "--tls-ca-cert-file", tls.caFile];
  }

  async #answers(): Promise<boolean> {
    return await this.ask(["PING"]).then(
      () => true,
      () => false,
    );
  }
}
