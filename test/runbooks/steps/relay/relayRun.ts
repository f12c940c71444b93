import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Facts, Mover, StepContext, WorkStep } from "../../../../automation/step.ts";
import type { ReachedRelay, RelayLook } from "../../../../runbooks/jobs/relays.ts";
import { moverSettings, redisSettings } from "../../../components/settings.ts";
import { temporaryFolder } from "../../../support/temporaryFolder.ts";

type Params = Readonly<Record<string, unknown>>;

const relayOutputs = {
  host: "relays.acme.internal",
  port: 6379,
  controlPort: 6380,
  healthPort: 6381,
  controlSecretArn: "arn:control",
  securityGroupId: "sg-0acmerelays",
  until: "2026-12-24T00:00:00Z",
  move: "acme-redis-encrypted",
  nodes: [
    { name: "relay-1", instanceId: "i-1", address: "10.0.1.7" },
    { name: "relay-2", instanceId: "i-2", address: "10.0.2.7" },
  ],
  connection: {
    environment: {
      REDIS_HOST: "relays.acme.internal",
      REDIS_PORT: "6379",
      REDIS_TLS_ENABLED: "false",
    },
    secrets: [],
  },
};

const outputs = {
  groupId: "acme-redis-encrypted",
  primary: "primary.acme.example",
  port: 6379,
  secretArn: "arn:token",
  source: { host: "source.acme.example", port: 6379, securityGroupIds: ["sg-0found"] },
  connection: {
    environment: {
      REDIS_HOST: "primary.acme.example",
      REDIS_PORT: "6379",
      REDIS_TLS_ENABLED: "true",
    },
    secrets: [{ name: "REDIS_AUTH_TOKEN", valueFrom: "arn:token" }],
  },
};

/** A relay that serves, with some clients. */
export function relay(name: string, more: Partial<ReachedRelay> = {}): ReachedRelay {
  const address = name === "relay-1" ? "10.0.1.7" : "10.0.2.7";
  const startedAt = "2026-11-21T10:00:00.000Z";
  const serving = { phase: "serving", side: "source", epoch: 2 } as const;
  const forwarding = more.side ?? serving.side;
  return { name, address, startedAt, ...serving, forwarding, clients: 0, closed: {}, ...more };
}

/** A stack, an application of shell commands and a mover of answers: enough for the steps that work with relays. */
export class RelayRun {
  /** What the mover answers, by job or question; a function is asked each time. */
  readonly answers: Record<string, Facts | ((params: Params) => Facts)>;
  /** What the steps have done, in order: jobs and questions asked, commands of the application. */
  readonly asked: string[] = [];
  readonly recorded: Facts[] = [];
  readonly #folder = temporaryFolder("relay-steps");
  readonly #service: Server;
  results: Record<string, Facts>;
  checkpoint: Facts | undefined;

  private constructor(service: Server) {
    this.#service = service;
    this.results = {
      prepare: { outputs: { ...outputs, relay: relayOutputs } },
      "insert-relay": { application: { commands: true } },
    };
    this.answers = {
      relays: { relays: [relay("relay-1"), relay("relay-2")] },
      strangers: { strangers: 0, clients: "nobody" },
      "sync?state": { phase: "live", keys: 10, lag: { keys: 0, ms: 0 }, keysPerSecond: 0 },
    };
    this.settings({});
  }

  static async start(): Promise<RelayRun> {
    const service = createServer((_, response) => response.end(DESCRIBED)).listen(0, "127.0.0.1");
    await once(service, "listening");
    return new RelayRun(service);
  }

  close(): void {
    this.#service.closeAllConnections();
    this.#service.close();
  }

  /** The settings of the stack, with changes. */
  settings(changes: Readonly<Record<string, unknown>>): void {
    const append = (what: string) => `echo ${what} $REDIS_HOST >> ${this.#folder}/done`;
    const command = {
      stop: append("stop"),
      deploy: append("deploy"),
      rollback: append("rollback"),
    };
    const config = {
      "godwit:target": "redis",
      "godwit:app": "acme",
      "godwit:stage": "relay",
      "godwit:mode": "relay",
      "godwit:relayUntil": "2026-12-24T00:00:00Z",
      "godwit:redis": { ...redisSettings, seed: "empty" },
      "godwit:mover": moverSettings,
      "godwit:relay": {
        subnetIds: ["subnet-0acme1", "subnet-0acme2"],
        allowFrom: ["sg-0acmetasks"],
        package: moverSettings.package,
      },
      "godwit:application": { command },
      ...changes,
    };
    writeFileSync(join(this.#folder, "Pulumi.test.yaml"), stringify({ config }));
  }

  /** From now on the relays are these. */
  relays(...looks: readonly RelayLook[]): void {
    this.answers["relays"] = { relays: looks };
  }

  /** Commands of the application that were run, with the host that they were given. */
  get commands(): string[] {
    const path = join(this.#folder, "done");
    return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  }

  /** Check, run and verify, as the engine does it. */
  async do(step: WorkStep): Promise<Facts> {
    const ctx = this.ctx();
    await step.check?.(ctx);
    const result = await step.run(ctx);
    return { ...result, ...(await step.verify?.(ctx)) };
  }

  async undo(step: WorkStep): Promise<void> {
    await step.undo!.run!(this.ctx());
  }

  ctx(): StepContext {
    const { port } = this.#service.address() as { port: number };
    return {
      run: "run-1",
      stack: "test",
      mode: "relay",
      attempt: 1,
      environment: {
        env: {
          AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
          AWS_REGION: "us-east-1",
          AWS_ACCESS_KEY_ID: "test",
          AWS_SECRET_ACCESS_KEY: "test",
        },
        workDir: this.#folder,
        clockFactor: 1,
      },
      // A wait gives up after its first look.
      clock: { compress: () => 0, deadline: () => 0 },
      signal: new AbortController().signal,
      results: this.results,
      checkpoint: this.checkpoint,
      progress: () => undefined,
      save: (facts) => Promise.resolve(void (this.checkpoint = facts)),
      record: (type, key, facts) =>
        Promise.resolve(void this.recorded.push({ type, key, ...facts })),
      mover: this.#mover(),
    };
  }

  #mover(): Mover {
    return {
      call: async (job, params) => this.#answer(job, params),
      start: async (job) => void this.asked.push(`start ${job}`),
      state: async (job) => this.#answer(`${job}?state`, {}),
      ask: async (job, question, facts = {}) => this.#answer(`${job}?${question}`, facts),
      stop: async (job) => void this.asked.push(`stop ${job}`),
    };
  }

  #answer(name: string, params: Params): Facts {
    const { side } = params as { side?: string };
    if (!name.endsWith("state")) this.asked.push(side ? `${name} ${side}` : name);
    const answer = this.answers[name];
    if (answer === undefined) throw new Error(`nobody answers ${name}`);
    return typeof answer === "function" ? answer(params) : answer;
  }
}

/** What ElastiCache says of the source. */
const DESCRIBED = `<DescribeCacheClustersResponse xmlns="http://elasticache.amazonaws.com/doc/2015-02-02/">
<DescribeCacheClustersResult><CacheClusters><CacheCluster><CacheClusterId>acme-redis-production</CacheClusterId>
<CacheNodes><CacheNode><Endpoint><Address>source.acme.example</Address><Port>6379</Port></Endpoint></CacheNode></CacheNodes>
</CacheCluster></CacheClusters></DescribeCacheClustersResult></DescribeCacheClustersResponse>`;
