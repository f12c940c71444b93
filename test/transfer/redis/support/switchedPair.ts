import { expect } from "chai";
import { RedisConnection } from "../../../../transfer/redis/connection.ts";
import { TailPair, type PairOptions } from "../../../../transfer/redis/pair.ts";
import { compareServers } from "../../../../transfer/redis/verify.ts";
import { other, type Side } from "../../../../transfer/switch/protocol.ts";
import { startRedis, type RedisServer } from "../../../support/redisServer.ts";
import { until } from "../../../support/until.ts";
import { tell } from "../pair.ts";
import { Fence } from "./fence.ts";
import { Proxy } from "./proxy.ts";

/** Waits long for replicas, so that a busy machine fails no test. */
const PATIENT = { confirmMs: 5_000, answerMs: 10_000 };
const SIDES = ["source", "target"] as const;

/** Two servers, the target with a replica, and the pair of tails between them, which a test leads through switches. */
export class SwitchedPair {
  readonly servers: Readonly<Record<Side, RedisServer>>;
  readonly replica: RedisServer;
  /** Connections of the test's own. */
  readonly on: Readonly<Record<Side, RedisConnection>>;
  readonly fences: Readonly<Record<Side, Fence>>;
  readonly #links: Proxy[] = [];
  #pair: TailPair | undefined;

  private constructor(
    servers: Record<Side, RedisServer>,
    replica: RedisServer,
    on: Record<Side, RedisConnection>,
    fences: Record<Side, Fence>,
  ) {
    [this.servers, this.replica, this.on, this.fences] = [servers, replica, on, fences];
  }

  static async open(): Promise<SwitchedPair> {
    const start = () => startRedis("--repl-diskless-sync-delay", "0");
    const [source, target, replica] = await Promise.all([start(), start(), start()]);
    const on = {
      source: await RedisConnection.open(source.address),
      target: await RedisConnection.open(target.address),
    };
    const fences = {
      source: await Fence.open(source.address),
      target: await Fence.open(target.address),
    };
    const { host, port } = target.address;
    await RedisConnection.use(replica.address, (admin) => admin.ask("REPLICAOF", host, port));
    // Only a write is streamed, and only then does an acknowledgement say that the replica follows.
    await tell(on.target, ["SET", "first", 1]);
    await until(async () => (await on.target.ask("WAIT", 1, 100)) === 1);
    await tell(on.target, ["DEL", "first"]);
    return new SwitchedPair({ source, target }, replica, on, fences);
  }

  get pair(): TailPair {
    return this.#pair!;
  }

  /** A way to a side that a test can break. */
  async linkTo(side: Side): Promise<Proxy> {
    const link = await Proxy.to(this.servers[side].address);
    this.#links.push(link);
    return link;
  }

  /** Begins the tails; resolves when all that is there has been copied. */
  async start(options: Partial<PairOptions> = {}): Promise<TailPair> {
    const [source, target] = [this.servers.source.address, this.servers.target.address];
    const both = { source, target, replicas: { source: 0, target: 1 }, throttle: false } as const;
    this.#pair = await TailPair.start({ ...both, patience: PATIENT, toward: "target", ...options });
    await this.pair.catchUp();
    return this.pair;
  }

  /** Pauses the side that is followed; resolves when the drain is through. */
  async drain(): Promise<void> {
    const sentinel = this.pair.expectSentinel();
    await this.fences[other(this.pair.toward)].pause(sentinel);
    await this.pair.drain(sentinel, AbortSignal.timeout(10_000));
  }

  /** Up to where the record is asked; the pause is lifted, so the test may write. */
  async turn(): Promise<void> {
    await this.pair.prepare();
    await this.drain();
    await this.pair.turn();
    await this.fences[other(this.pair.toward)].lift();
  }

  /** A whole switch to the other side. */
  async move(equal = true): Promise<void> {
    const loser = other(this.pair.toward);
    await this.turn();
    await this.pair.arm(loser, equal);
  }

  /** Catches up, and fails unless both sides hold the same. */
  async expectSame(): Promise<void> {
    await this.pair.catchUp();
    const [source, target] = [this.servers.source.address, this.servers.target.address];
    const { differences, sample } = await compareServers(source, target, { expiryToleranceMs: 50 });
    expect({ differences, sample }).to.deep.equal({ differences: 0, sample: [] });
  }

  /** Why something had to be scanned again. */
  get rescans(): string[] {
    return this.pair.state().rescans.map(({ reason }) => reason);
  }

  /** How many connections of a side are told of changes. */
  async watchers(side: Side): Promise<number> {
    return (await this.#watchers(side)).length;
  }

  async killWatchers(side: Side): Promise<void> {
    for (const id of await this.#watchers(side))
      await this.on[side].ask("CLIENT", "KILL", "ID", id);
  }

  /** Ends the tails and empties the servers, for the next test. */
  async reset(): Promise<void> {
    await this.#pair?.stop();
    for (const link of this.#links.splice(0)) await link.stop();
    for (const side of SIDES) {
      await this.fences[side].lift();
      await tell(this.on[side], ["SELECT", 0], ["FLUSHALL"]);
    }
  }

  async close(): Promise<void> {
    for (const side of SIDES) {
      this.fences[side].close();
      this.on[side].close();
    }
    const servers = [...Object.values(this.servers), this.replica];
    await Promise.all(servers.map((server) => server.stop()));
  }

  /** Numbers of the connections in broadcast mode. */
  async #watchers(side: Side): Promise<string[]> {
    const clients = String(await this.on[side].ask("CLIENT", "LIST"));
    return [...clients.matchAll(/^id=(\d+) .* flags=\w*B\w* /gm)].map(([, id]) => id!);
  }
}
