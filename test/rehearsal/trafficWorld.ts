import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clockOf } from "../../automation/clock.ts";
import { createEcs, type Ecs } from "../../rehearsal/clouds/aws/ecs.ts";
import type { EcsService } from "../../rehearsal/clouds/aws/ecsService.ts";
import { createLogs, type LogSink } from "../../rehearsal/clouds/aws/logs.ts";
import type { Action, Part, World } from "../../rehearsal/clouds/world.ts";
import { startFront, type Front } from "../../rehearsal/front/index.ts";
import { scales, type Scale } from "../../rehearsal/scales.ts";
import { createAuthority } from "../../rehearsal/twin/authority.ts";
import { createFaults } from "../../rehearsal/twin/faults.ts";
import { startNameServer } from "../../rehearsal/twin/nameServer.ts";
import { claimNetwork } from "../../rehearsal/twin/network.ts";
import { createProcessTable } from "../../rehearsal/twin/processes.ts";

export const CLUSTER = "acme-cluster";
export const SERVICE = "acme-api";
export const LOG_GROUP = `/ecs/${CLUSTER}`;

export const account: World["account"] = {
  id: "123456789012",
  region: "us-east-1",
  endpoint: "https://unused",
  arn: (service, resource) => `arn:aws:${service}:us-east-1:123456789012:${resource}`,
};

/** A world with the living parts of the twin and a plain Redis, without daemon and AWS endpoint. */
export interface TrafficWorld {
  readonly world: World;
  readonly front: Front;
  readonly ecs: Ecs;
  readonly logs: Part & LogSink;
  readonly redisHost: string;
  /** Secrets that tasks may be given, by name. */
  readonly secrets: Map<string, string>;
  /** The application as its own deployment once set it up, with two tasks. */
  startService(): EcsService;
  close(): Promise<void>;
}

export async function createTrafficWorld(scale: Partial<Scale> = {}): Promise<TrafficWorld> {
  const dir = await mkdtemp(join(tmpdir(), "godwit-traffic-"));
  const holder = createServer();
  const network = await claimNetwork(async (host) => {
    holder.listen(53_535, host);
    await Promise.race([
      once(holder, "listening"),
      once(holder, "error").then(([error]) => Promise.reject(error as Error)),
    ]);
  });
  const names = await startNameServer(network.claim("dns"), network.port(53));
  const processes = createProcessTable(dir);
  const redisHost = network.claim("redis.source");
  const secrets = new Map<string, string>();
  const world: World = {
    dir,
    settings: {
      world: "test",
      scale: { ...scales.tiny, ...scale },
      seed: 1,
      clockFactor: scales.tiny.clockFactor,
    },
    clock: clockOf(scales.tiny.clockFactor),
    network,
    names,
    processes,
    authority: await createAuthority(dir),
    faults: createFaults([]),
    account,
    servers: { list: () => [], of: () => [] },
    machines: {
      place: async () => {},
      remove: async () => {},
      reaches: () => true,
      onChange: () => () => {},
    },
    guestEnv: { GODWIT_RESOLVER: names.address },
    secretValue: async (id) => secrets.get(id) ?? Promise.reject(new Error(`no secret ${id}`)),
    log: () => {},
  };
  await startRedis(processes, redisHost);
  names.set({ name: "redis.test", type: "A", ttl: 60, values: [redisHost] });
  const front = await startFront(world);
  const logs = createLogs(world);
  const images = { "acme/api": new URL("../../rehearsal/app/main.ts", import.meta.url) };
  const ecs = createEcs(world, {
    cluster: CLUSTER,
    front,
    logs,
    images,
    healthGraceMs: 3_000,
  });
  return {
    world,
    front,
    ecs,
    logs,
    redisHost,
    secrets,
    startService: () =>
      ecs.createService(
        { name: SERVICE, desiredCount: 2, subnets: ["subnet-1"], securityGroups: ["sg-1"] },
        taskDefinition({ REDIS_HOST: "redis.test" }),
      ),
    async close() {
      await ecs.stop?.();
      await processes.stopAll();
      await names.close();
      holder.close();
      await rm(dir, { recursive: true });
    },
  };
}

/** What the application's own deployment registers. */
export function taskDefinition(
  environment: Readonly<Record<string, string>>,
  image = "acme/api:1",
) {
  return {
    family: SERVICE,
    containerDefinitions: [
      {
        name: "api",
        image,
        portMappings: [{ containerPort: 3000 }],
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
        logConfiguration: {
          logDriver: "awslogs" as const,
          options: { "awslogs-group": LOG_GROUP, "awslogs-stream-prefix": "ecs" },
        },
      },
    ],
  };
}

/** Calls an action of the parts as the SDK would; the caller knows the shape of the answer. */
export function callerOf(...parts: Part[]) {
  const tables = parts.flatMap((part) => part.services!.map((service) => service.actions));
  const actions = Object.assign({}, ...tables) as Record<string, Action>;
  const caller = { accessKeyId: "k", arn: "arn", account: "123456789012" };
  return async <Output>(action: string, input: object): Promise<Output> =>
    (await actions[action]!(input, caller)) as Output;
}

/** Waits until `condition` holds; fails with `what` after 30 s. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited 30 s for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A plain redis-server on `host`; resolves when it accepts connections. */
export async function startRedis(
  processes: { start: World["processes"]["start"] },
  host: string,
  port = 6379,
): Promise<ChildProcess> {
  const args = ["--bind", host, "--port", String(port), "--save", "", "--protected-mode", "no"];
  const child = processes.start(`redis ${host}`, "redis-server", args, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of child.stdout!) {
    if (String(line).includes("Ready to accept connections")) break;
  }
  return child;
}
