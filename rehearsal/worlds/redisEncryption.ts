import { createAccountServices } from "../clouds/aws/account.ts";
import { createCloudWatch } from "../clouds/aws/cloudwatch.ts";
import { createEc2 } from "../clouds/aws/ec2.ts";
import { createEcs, type Ecs } from "../clouds/aws/ecs.ts";
import { createCluster } from "../clouds/aws/elasticache/clusters.ts";
import { createElastiCache } from "../clouds/aws/elasticache/index.ts";
import { namesIn, PORT, type CacheAccount } from "../clouds/aws/elasticache/model.ts";
import { defaultParameterGroup } from "../clouds/aws/elasticache/parameterGroups.ts";
import { createKms } from "../clouds/aws/kms/index.ts";
import { createLogs } from "../clouds/aws/logs.ts";
import { createRoute53 } from "../clouds/aws/route53.ts";
import { createSecretsManager } from "../clouds/aws/secrets.ts";
import type { Part } from "../clouds/world.ts";
import { startFront, type Front } from "../front/index.ts";
import type { ScaleName } from "../scales.ts";
import { startTraffic } from "../traffic/index.ts";
import { twinFiles } from "../twin/folder.ts";
import type { TwinWorld } from "../twin/twinWorld.ts";
import type { BuildOptions } from "./index.ts";
import { keyspace } from "./keyspace.ts";
import { load } from "./load.ts";
import { securityGroups, subnetGroups, vpcs, zones } from "./redisNetwork.ts";
import { writeProject } from "./redisProject.ts";

const SOURCE = "acme-redis-production";
const RECORD = { name: "redis.acme.internal", type: "CNAME", ttl: 60 } as const;
const LOG_GROUP = "/ecs/acme-cluster";
const IMAGE = "acme/api";
const TASKS = 2;

/** The node type whose memory the data of a scale fits into. */
const NODE_TYPES: Readonly<Record<ScaleName, string>> = {
  tiny: "cache.t3.micro",
  small: "cache.t3.micro",
  medium: "cache.t3.small",
  large: "cache.t3.medium",
};

/** A plaintext, standalone Redis in use by an application on ECS: what `redis-encryption` starts from. */
export async function build(world: TwinWorld, options: BuildOptions): Promise<void> {
  const { cache, ecs, front } = await addClouds(world, options);
  const nodeType = NODE_TYPES[world.settings.scale.name];
  options.onProgress("Starting the source Redis and filling it");
  await startSource(world, cache, nodeType);
  await writeProject(twinFiles(world.dir).project, {
    region: world.account.region,
    nodeType,
    frontUrl: front?.url,
  });
  if (!ecs) return;
  options.onProgress("Starting the application and its traffic");
  const service = startApplication(ecs, namesIn(cache).standalone(SOURCE));
  world.traffic = await startTraffic(world, service);
}

async function addClouds(world: TwinWorld, { traffic }: BuildOptions) {
  const kms = createKms(world);
  const secrets = createSecretsManager(world, kms.keys);
  const ec2 = createEc2(world, vpcs, securityGroups());
  const elastiCache = createElastiCache(world, {
    servers: world.servers,
    faults: world.faults,
    keys: kms.keys,
    network: ec2.network,
    subnetGroups,
  });
  const logs = createLogs(world);
  world.setSecretReader(secrets.value);
  world.add(
    kms,
    secrets,
    ec2,
    elastiCache,
    createRoute53(world, zones),
    createAccountServices(world.account, world.caller),
    logs,
  );
  const cache = elastiCache.account;
  if (!traffic) return { cache };
  const front = await startFront(world);
  const images = { [IMAGE]: new URL("../app/main.ts", import.meta.url) };
  const ecs = createEcs(world, { cluster: "acme-cluster", front, logs, images });
  world.add(frontPart(front), ecs, createCloudWatch(world, ecs));
  return { cache, front, ecs };
}

const frontPart = (front: Front): Part => ({
  endpoints: async () => ({ "http.front": front.endpoint }),
  stop: () => front.stop(),
});

async function startSource(world: TwinWorld, cache: CacheAccount, nodeType: string): Promise<void> {
  const { node } = await createCluster(cache, SOURCE, {
    description: "",
    nodeType,
    parameterGroup: defaultParameterGroup.name,
    subnetGroup: "acme-cache-subnet-production",
    securityGroupIds: ["sg-0acmecache"],
    maintenanceWindow: "sun:05:00-sun:06:00",
    snapshotWindow: "03:00-04:00",
    snapshotRetentionLimit: 0,
    autoMinorVersionUpgrade: true,
    tags: { Application: "acme" },
  });
  world.names.set({ ...RECORD, values: [namesIn(cache).standalone(SOURCE)] });
  const { scale, seed } = world.settings;
  const commands = keyspace({ ...scale, seed, now: Date.now() });
  if (node) await load(node.server.host, PORT, commands);
}

/** The service as its own deployment once set it up: on the cluster's own endpoint, in plaintext. */
function startApplication(ecs: Ecs, redisHost: string) {
  return ecs.createService(
    {
      name: "acme-api",
      desiredCount: TASKS,
      subnets: ["subnet-0acme1", "subnet-0acme2"],
      securityGroups: ["sg-0acmetasks"],
    },
    {
      family: "acme-api",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      containerDefinitions: [
        {
          name: "api",
          image: `${IMAGE}:1`,
          essential: true,
          portMappings: [{ containerPort: 3000, protocol: "tcp" }],
          environment: [
            { name: "REDIS_HOST", value: redisHost },
            { name: "REDIS_PORT", value: String(PORT) },
            { name: "REDIS_TLS_ENABLED", value: "false" },
          ],
          logConfiguration: {
            logDriver: "awslogs",
            options: {
              "awslogs-group": LOG_GROUP,
              "awslogs-region": "us-east-1",
              "awslogs-stream-prefix": "api",
            },
          },
        },
      ],
    },
  );
}
