import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import { clockOf } from "../../../automation/clock.ts";
import type { Facts, Job, JobContext } from "../../../automation/step.ts";
import type { RelayReference } from "../../../runbooks/cloud/relays.ts";
import { sync, type SyncState } from "../../../runbooks/jobs/sync.ts";
import { startRelayNode, type RelayNode } from "../../../transfer/relayNode/node.ts";
import type { Side } from "../../../transfer/switch/protocol.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";
import { startSecretsManager, type SecretsManager } from "../../support/secretsManager.ts";

const MOVE = "acme";
const CONTROL = "arn:control";

/** Source, target with a replica, a relay, and the secret of its control channel. */
export class JobStage {
  readonly servers: Readonly<Record<Side, RedisServer>>;
  readonly #replica: RedisServer;
  readonly #secrets: SecretsManager;
  readonly #clients: Redis[] = [];
  #node: RelayNode | undefined;

  private constructor(
    servers: Readonly<Record<Side, RedisServer>>,
    replica: RedisServer,
    secrets: SecretsManager,
  ) {
    this.servers = servers;
    this.#replica = replica;
    this.#secrets = secrets;
  }

  static async set(): Promise<JobStage> {
    const [source, target, secrets] = await Promise.all([
      startRedis("--protected-mode", "no"),
      startRedis("--repl-diskless-sync-delay", "0"),
      startSecretsManager(),
    ]);
    secrets.values.set(CONTROL, randomBytes(32).toString("hex"));
    const { host, port } = target.address;
    const replica = await startRedis("--replicaof", host, String(port));
    return new JobStage({ source, target }, replica, secrets);
  }

  async strike(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await this.#node?.close();
    this.#secrets.close();
    const { source, target } = this.servers;
    await Promise.all([source.stop(), target.stop(), this.#replica.stop()]);
  }

  async startRelay(): Promise<RelayNode> {
    const { source, target } = this.servers;
    return (this.#node = await startRelayNode({
      name: "relay-1",
      move: MOVE,
      listen: { host: "127.0.0.1", port: 0, controlPort: 0, healthPort: 0 },
      source: source.address,
      // With a name, an empty token is taken by a server that has no password.
      target: { ...target.address, username: "default" },
      token: () => Promise.resolve(""),
      controlKey: Buffer.from(this.#secrets.values.get(CONTROL)!, "hex"),
      log: () => undefined,
    }));
  }

  /** What a step gives the jobs: everybody is on one machine here, so everybody looks like the relay. */
  get relays(): RelayReference {
    return {
      nodes: [{ name: "relay-1", address: "127.0.0.1" }],
      controlPort: this.#node!.controlAddress.port,
      controlSecretArn: CONTROL,
      move: MOVE,
    };
  }

  /** Parameters that name both ends. */
  get ends(): Facts {
    const at = (side: Side) => ({
      host: this.servers[side].address.host,
      port: this.servers[side].address.port,
    });
    return { source: at("source"), target: at("target") };
  }

  client(side?: Side): Redis {
    const { host, port } = side ? this.servers[side].address : this.#node!.address;
    const client = new Redis({ host, port, lazyConnect: true }).on("error", () => undefined);
    this.#clients.push(client);
    return client;
  }

  async call(job: Job, params: Facts): Promise<Facts> {
    return await job(new Execution(this.#secrets.env, params).ctx);
  }

  /** Starts the job that copies and tails, as a mover does that finds this checkpoint. */
  sync(checkpoint?: Facts): Execution {
    const execution = new Execution(this.#secrets.env, this.ends, checkpoint);
    execution.begin(sync);
    return execution;
  }
}

/** A job under way, as its mover sees it. */
export class Execution {
  readonly ctx: JobContext;
  checkpoint: Facts | undefined;
  readonly #ending = new AbortController();
  #state: Facts | undefined;
  #questions: Readonly<Record<string, (facts: Facts) => Promise<Facts>>> = {};
  #ended: Promise<Facts> = Promise.resolve({});

  constructor(env: Readonly<Record<string, string>>, params: Facts, checkpoint?: Facts) {
    this.checkpoint = checkpoint;
    this.ctx = {
      run: "run-1",
      params,
      env,
      attempt: 1,
      clock: clockOf(1),
      signal: this.#ending.signal,
      stopped: () => this.#ending.signal.aborted,
      checkpoint,
      progress: () => undefined,
      save: (facts) => Promise.resolve(void (this.checkpoint = structuredClone(facts))),
      publish: (state) => (this.#state = state),
      answer: (questions) => (this.#questions = questions),
    };
  }

  begin(job: Job): void {
    this.#ended = job(this.ctx);
    this.#ended.catch(() => undefined);
  }

  /** Settles as the job does. */
  get ended(): Promise<Facts> {
    return this.#ended;
  }

  get answers(): boolean {
    return Object.keys(this.#questions).length > 0;
  }

  get state(): SyncState | undefined {
    return this.#state as unknown as SyncState | undefined;
  }

  async ask(question: string, facts: object = {}): Promise<Facts> {
    return await this.#questions[question]!(facts as Facts);
  }

  async end(): Promise<Facts> {
    this.#ending.abort();
    return await this.#ended;
  }
}
