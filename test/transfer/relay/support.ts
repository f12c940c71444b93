import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { RedisConnection, type RedisAddress } from "../../../transfer/redis/connection.ts";
import type { RelayOptions } from "../../../transfer/relay/options.ts";
import { startRedisRelay } from "../../../transfer/relay/redis.ts";
import type { Relay } from "../../../transfer/relay/relay.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";

/** Two servers and a relay that leads to the first. */
export interface Stage {
  readonly a: RedisServer;
  readonly b: RedisServer;
  readonly relay: Relay<RedisAddress>;
  /** Straight to the servers. */
  readonly onA: RedisConnection;
  readonly onB: RedisConnection;
  stop(): Promise<void>;
}

export async function setStage(options: Partial<RelayOptions<RedisAddress>> = {}): Promise<Stage> {
  const [a, b] = await Promise.all([startRedis(), startRedis()]);
  const relay = await startRedisRelay({
    listen: { host: "127.0.0.1", port: 0 },
    upstream: a.address,
    ...options,
  });
  const onA = await RedisConnection.open(a.address);
  const onB = await RedisConnection.open(b.address);
  return {
    ...{ a, b, relay, onA, onB },
    stop: async () => {
      onA.close();
      onB.close();
      await relay.close();
      await Promise.all([a.stop(), b.stop()]);
    },
  };
}

/** Hold, switch, release, with nothing copied. */
export async function switchOver(relay: Relay<RedisAddress>, to: RedisAddress, patienceMs = 100) {
  const held = await relay.hold({ deadlineMs: 5_000, patienceMs });
  const switched = await relay.switchTo(to);
  relay.release();
  return { held, switched };
}

/** Makes database 0 of `to` equal to that of `from`. */
export async function copyAll(from: RedisConnection, to: RedisConnection): Promise<void> {
  const keys = (await from.ask("KEYS", "*")) as Buffer[];
  const dumps = await from.batch(keys.map((key) => ["DUMP", key]));
  await to.ask("FLUSHALL");
  await to.batch(keys.map((key, at) => ["RESTORE", key, 0, dumps[at] as Buffer]));
}

/** A client that sees every byte. */
export class RawClient {
  received = "";
  closed = false;
  readonly socket: Socket;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => (this.received += text));
    socket.on("error", () => {});
    socket.on("close", () => (this.closed = true));
  }

  static async open(port: number, allowHalfOpen = false): Promise<RawClient> {
    const socket = connect({ host: "127.0.0.1", port, allowHalfOpen });
    const client = new RawClient(socket);
    await once(socket, "connect");
    return client;
  }

  /** Inline commands, in one write. */
  send(...lines: string[]): void {
    this.socket.write(lines.map((line) => `${line}\r\n`).join(""));
  }

  /** Sends and awaits exactly this answer (`|` stands for a line end); forgets it. */
  async ask(line: string, answer: string): Promise<void> {
    this.send(line);
    await this.expect(answer);
  }

  /** Awaits exactly this (`|` stands for a line end); forgets it. */
  async expect(answer: string): Promise<void> {
    const text = answer.replaceAll("|", "\r\n");
    await until(
      () => this.received.length >= text.length,
      () => `want ${JSON.stringify(text)}, got ${JSON.stringify(this.received)}`,
    );
    if (this.received !== text)
      throw new Error(`want ${JSON.stringify(text)}, got ${JSON.stringify(this.received)}`);
    this.received = "";
  }
}

/** Waits for a condition, 5 s at most. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  why: () => string = () => "it did not happen within 5 s",
): Promise<void> {
  for (const begun = Date.now(); !(await condition());) {
    if (Date.now() - begun > 5_000) throw new Error(why());
    await delay(2);
  }
}

/** Clients of the server that wait in a blocking command. */
export async function blockedClients(server: RedisConnection): Promise<number> {
  const info = String(await server.ask("INFO", "clients"));
  return Number(/blocked_clients:(\d+)/.exec(info)?.[1]);
}
