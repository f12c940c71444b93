import { Redis } from "ioredis";
import { RedisConnection } from "../../../transfer/redis/connection.ts";
import { ControlClient } from "../../../transfer/relayNode/control/client.ts";
import { startRelayNode, type RelayNode } from "../../../transfer/relayNode/node.ts";
import type { RelayNodeOptions } from "../../../transfer/relayNode/options.ts";
import { DEFAULT_TIMING, type Message, type Side } from "../../../transfer/switch/protocol.ts";
import { DecisionRecord } from "../../../transfer/switch/record.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";
import { until } from "../../support/until.ts";

const MOVE = "sessions";
/** Where the target keeps the decision record. */
export const RECORD = `godwit:switch:${MOVE}`;
export const CONTROL_KEY = Buffer.alloc(32, 7);

/** A driver's link that remembers what it was told. */
export interface Driver {
  readonly link: ControlClient;
  readonly told: readonly Message[];
  /** Sends, and waits until the relay says this of that epoch. */
  ask(message: Message, answer: Message["type"]): Promise<void>;
}

/** Source and target, for relays that are started and ended by the tests. */
export class Stage {
  /** The target's token as its secret has it now. */
  token = "";
  readonly log: string[] = [];
  readonly record: DecisionRecord;
  readonly onSource: RedisConnection;
  readonly onTarget: RedisConnection;
  readonly #source: RedisServer;
  readonly #target: RedisServer;
  readonly #open: { close(): unknown }[] = [];

  private constructor(source: RedisServer, target: RedisServer, on: Record<Side, RedisConnection>) {
    this.#source = source;
    this.#target = target;
    this.onSource = on.source;
    this.onTarget = on.target;
    this.record = new DecisionRecord({ move: MOVE, replicas: 0, address: () => target.address });
  }

  static async set(): Promise<Stage> {
    const [source, target] = await Promise.all([startRedis(), startRedis()]);
    return new Stage(source, target, {
      source: await RedisConnection.open(source.address),
      target: await RedisConnection.open(target.address),
    });
  }

  /** A node with a relay of its own, on free ports. */
  async node(options: Partial<RelayNodeOptions> = {}): Promise<RelayNode> {
    const node = await startRelayNode({
      name: "relay-1",
      move: MOVE,
      listen: { host: "127.0.0.1", port: 0, controlPort: 0, healthPort: 0 },
      source: this.#source.address,
      target: { ...this.#target.address, username: "default" },
      token: () => Promise.resolve(this.token),
      controlKey: CONTROL_KEY,
      replicas: 0,
      timing: { ...DEFAULT_TIMING, relayMs: 5_000 },
      log: (line) => this.log.push(line),
      ...options,
    });
    this.#open.push(node);
    return node;
  }

  /** A node that serves the source by epoch 0. */
  async serving(options: Partial<RelayNodeOptions> = {}): Promise<RelayNode> {
    await this.record.keep({ epoch: 0, side: "source" });
    const node = await this.node(options);
    await until(() => node.status().phase === "serving");
    return node;
  }

  driver(node: RelayNode): Driver {
    const { name } = node.status();
    const link = new ControlClient({ ...node.controlAddress, name, key: CONTROL_KEY });
    const told: Message[] = [];
    this.#open.push(link);
    link.onMessage((message) => told.push(message));
    return {
      link,
      told,
      ask: async (message, answer) => {
        await link.status();
        link.send(message);
        await until(() =>
          told.some(({ type, epoch }) => type === answer && epoch === message.epoch),
        );
      },
    };
  }

  client(node: RelayNode): Redis {
    const client = new Redis({ ...node.address, retryStrategy: () => 10 });
    client.on("error", () => {});
    this.#open.push({ close: () => client.disconnect() });
    return client;
  }

  /** Ends what the test has opened, and empties both servers. */
  async clear(): Promise<void> {
    await Promise.all(
      this.#open
        .splice(0)
        .reverse()
        .map((each) => each.close()),
    );
    this.log.length = 0;
    for (const server of [this.onSource, this.onTarget]) await server.ask("FLUSHALL");
  }

  async stop(): Promise<void> {
    for (const each of [this.record, this.onSource, this.onTarget]) each.close();
    await Promise.all([this.#source.stop(), this.#target.stop()]);
  }
}
