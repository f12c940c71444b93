import type { RedisAddress } from "../redis/connection.ts";
import type { PrepareReport } from "../relay/options.ts";
import { startRedisRelay } from "../relay/redis.ts";
import type { Relay } from "../relay/relay.ts";
import type { Side } from "../switch/protocol.ts";
import { DecisionRecord } from "../switch/record.ts";
import { ControlServer } from "./control/server.ts";
import { Expiry } from "./expiry.ts";
import { HealthServer } from "./health.ts";
import { Journal } from "./journal.ts";
import { metrics } from "./metrics.ts";
import type { RelayNodeOptions } from "./options.ts";
import { Participant } from "./participant.ts";
import type { NodeStatus } from "./status.ts";
import { isRefusal, Token } from "./token.ts";
import { Traffic, UnattachedError } from "./traffic.ts";

/** Clients have so long (ms) to get the replies under way when a relay ends. */
const SHUT_DOWN_MS = 4_000;

export interface Place {
  readonly host: string;
  readonly port: number;
}

type Addresses = Readonly<Record<Side, RedisAddress>>;

/**
 * Starts a relay as a service: clients are accepted at once and wait until the decision record says whom to serve.
 * Rejects when the token cannot be read or a port cannot be bound; nothing listens then.
 */
export async function startRelayNode(options: RelayNodeOptions): Promise<RelayNode> {
  const token = await Token.open(() => options.token());
  const addresses: Addresses = {
    source: options.source,
    // Read at each connection: the token may have been rotated since the last one.
    target: {
      ...options.target,
      get password() {
        return token.value;
      },
    },
  };
  const { listen, maxClients } = options;
  const relay: Relay<RedisAddress> = await startRedisRelay({
    listen: { host: listen.host, port: listen.port },
    upstream: addresses.source,
    held: true,
    ...(maxClients !== undefined && { maxClients }),
    onClosed: (reason) => {
      if (reason === "refused" && relay.upstream === addresses.target) void token.refused();
    },
  });
  const node = new RelayNode(options, relay, addresses, token);
  try {
    await node.start();
    return node;
  } catch (error) {
    await node.close();
    throw error;
  }
}

/** A relay with all that belongs to it on its machine: its part in switches, control channel, health, metrics, end. */
export class RelayNode {
  /** Resolves when the expiry has passed and every client is closed. */
  readonly expired: Promise<void>;
  readonly #options: RelayNodeOptions;
  readonly #relay: Relay<RedisAddress>;
  readonly #token: Token;
  readonly #record: DecisionRecord;
  readonly #traffic: Traffic;
  readonly #participant: Participant;
  readonly #journal: Journal;
  readonly #expiry: Expiry;
  readonly #startedAt = new Date().toISOString();
  #control: ControlServer | undefined;
  #health: HealthServer | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    options: RelayNodeOptions,
    relay: Relay<RedisAddress>,
    addresses: Addresses,
    token: Token,
  ) {
    const { move, replicas, timing, onPhase, expiresAt } = options;
    const log = (line: string) => options.log(line);
    this.#options = options;
    this.#relay = relay;
    this.#token = token;
    this.#journal = new Journal(log);
    const address = () => addresses.target;
    this.#record = new DecisionRecord({
      move,
      address,
      ...(replicas !== undefined && { replicas }),
    });
    this.#traffic = new Traffic({
      relay,
      addresses,
      failed: (side, error) => this.#sideFailed(side, error),
      released: (side, heldMs) => this.#journal.released(side, heldMs),
    });
    this.#participant = new Participant({
      traffic: this.#traffic,
      record: this.#record,
      timing,
      send: (message) => this.#control?.broadcast(message),
      recordFailed: (error) => this.#recordFailed(error),
      onPhase,
    });
    this.#expiry = new Expiry(expiresAt, log);
    this.expired = this.#expiry.passed.then(() => this.close());
  }

  /** Opens the other ports, and asks the record. */
  async start(): Promise<void> {
    const { name, listen, controlKey } = this.#options;
    const { host } = listen;
    this.#control = await ControlServer.start({
      host,
      port: listen.controlPort,
      key: controlKey,
      handler: {
        name,
        message: (message) => this.#participant.heard(message),
        prepare: (side) => this.prepare(side),
        status: () => this.status(),
      },
      log: (line) => this.#options.log(line),
    });
    this.#health = await HealthServer.start({
      host,
      port: listen.healthPort,
      health: () => this.#healthiness(),
      metrics: () => this.#metrics(),
    });
    this.#participant.start();
    this.#expiry.watch();
  }

  /** Where clients connect. */
  get address(): Place {
    return this.#relay.address;
  }

  get controlAddress(): Place {
    return this.#control!.address;
  }

  get healthAddress(): Place {
    return this.#health!.address;
  }

  status(): NodeStatus {
    const { state } = this.#participant;
    const { lastHoldMs } = this.#journal;
    const { at } = this.#expiry;
    return {
      name: this.#options.name,
      phase: state.phase,
      ...(state.phase !== "booting" && { side: state.last.side, epoch: state.last.epoch }),
      forwarding: this.#traffic.forwarding,
      startedAt: this.#startedAt,
      ...(at && { expiresAt: at.toISOString() }),
      ...(lastHoldMs !== undefined && { lastHoldMs }),
      stats: this.#relay.stats(),
    };
  }

  /** Ahead of a hold: connects the clients to this side, too. Rejects when it cannot be reached. */
  prepare(side: Side): Promise<PrepareReport> {
    return this.#traffic.prepare(side);
  }

  /** Takes no part in switches any more, closes each client between two replies, and frees the ports. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#expiry.stop();
    this.#participant.end();
    this.#traffic.end();
    this.#record.close();
    await this.#control?.close();
    await this.#relay.shutDown(SHUT_DOWN_MS);
    await this.#health?.close();
  }

  #healthiness(): { healthy: boolean; line: string } {
    const { phase, side, epoch } = this.status();
    if (this.#closing) return { healthy: false, line: "ending: no client is accepted any more" };
    if (!this.#journal.served)
      return { healthy: false, line: `${phase}: waiting to learn whom to serve` };
    return { healthy: true, line: `${phase}: ${side}, epoch ${epoch}` };
  }

  #metrics(): string {
    return metrics({
      status: this.status(),
      journal: this.#journal,
      drivers: this.#control?.connections ?? 0,
      refusals: this.#control!.refusals,
      secondsLeft: this.#expiry.seconds,
    });
  }

  async #sideFailed(side: Side, error: Error): Promise<boolean> {
    this.#journal.sideFailed(side, error);
    const refused = isRefusal(error) || error instanceof UnattachedError;
    return side === "target" && refused && (await this.#token.refused());
  }

  #recordFailed(error: Error): void {
    this.#journal.recordFailed(error);
    if (isRefusal(error)) void this.#token.refused();
  }
}
