import { LiveSync, type LiveSyncOptions } from "../../../../transfer/redis/sync.ts";
import { startRedis, type RedisServer } from "../../../support/redisServer.ts";
import { until } from "../../../support/until.ts";
import { RedisConnection } from "../../../../transfer/redis/connection.ts";
import { startPair, type Pair } from "../pair.ts";
import { Proxy } from "./proxy.ts";

/** Two servers, links to them that a test can break, and live copies that go by those links. */
export class LinkedPair {
  readonly pair: Pair;
  readonly source: Proxy;
  readonly target: Proxy;
  readonly #running: LiveSync[] = [];
  readonly #servers: RedisServer[] = [];

  private constructor(pair: Pair, source: Proxy, target: Proxy) {
    this.pair = pair;
    this.source = source;
    this.target = target;
  }

  static async start(...sourceFlags: string[]): Promise<LinkedPair> {
    const pair = await startPair({ source: sourceFlags });
    const [source, target] = [pair.source.address, pair.target.address];
    return new LinkedPair(pair, await Proxy.to(source), await Proxy.to(target));
  }

  async copy(options: Partial<LiveSyncOptions> = {}): Promise<LiveSync> {
    const [source, target] = [this.source.address, this.target.address];
    const live = await LiveSync.start({ source, target, throttle: false, ...options });
    this.#running.push(live);
    return live;
  }

  /** A replica of a server, in step with it. */
  async replicaOf(server: RedisServer): Promise<{ server: RedisServer; admin: RedisConnection }> {
    const replica = await startRedis("--enable-debug-command", "yes");
    this.#servers.push(replica);
    const admin = await RedisConnection.open(replica.address);
    await admin.ask("REPLICAOF", server.address.host, server.address.port);
    await until(async () => /master_link_status:up/.test(String(await admin.ask("INFO"))));
    return { server: replica, admin };
  }

  async stop(): Promise<void> {
    for (const live of this.#running) await live.stop();
    await this.source.stop();
    await this.target.stop();
    await this.pair.stop();
    for (const server of this.#servers) await server.stop();
  }
}
