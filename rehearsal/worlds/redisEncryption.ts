import { createAccountServices } from "../clouds/aws/account.ts";
import { createCloudWatch } from "../clouds/aws/cloudwatch.ts";
import { createEc2 } from "../clouds/aws/ec2.ts";
import { createInstances } from "../clouds/aws/ec2Instance/index.ts";
import { createEcs } from "../clouds/aws/ecs.ts";
import { createCluster } from "../clouds/aws/elasticache/clusters.ts";
import { createElastiCache } from "../clouds/aws/elasticache/index.ts";
import { namesIn, PORT, type CacheAccount } from "../clouds/aws/elasticache/model.ts";
import { defaultParameterGroup } from "../clouds/aws/elasticache/parameterGroups.ts";
import { createLoadBalancing } from "../clouds/aws/loadBalancing/index.ts";
import { createIam } from "../clouds/aws/iam.ts";
import { createKms } from "../clouds/aws/kms/index.ts";
import { createLogs, type LogSink } from "../clouds/aws/logs.ts";
import { createRoute53 } from "../clouds/aws/route53.ts";
import { createSecretsManager } from "../clouds/aws/secrets.ts";
import { securityGroupPolicy } from "../clouds/aws/securityGroups.ts";
import { createSsm } from "../clouds/aws/ssm.ts";
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
  const { cache, logs } = await addClouds(world);
  const nodeType = NODE_TYPES[world.settings.scale.name];
  options.onProgress("Starting the source Redis and filling it");
  const [front] = await Promise.all([
    options.traffic ? startFront(world) : undefined,
    startSource(world, cache, nodeType),
  ]);
  await writeProject(twinFiles(world.dir).project, {
    region: world.account.region,
    nodeType,
    frontUrl: front?.url,
  });
  if (!front) return;
  options.onProgress("Starting the application and its traffic");
  const application = startApplication(world, front, logs, namesIn(cache).standalone(SOURCE));
  world.traffic = await startTraffic(world, application);
}

async function addClouds(world: TwinWorld): Promise<{ cache: CacheAccount; logs: LogSink }> {
  const kms = createKms(world);
  const secrets = createSecretsManager(world, kms.keys);
  const ec2 = createEc2(world, vpcs, securityGroups(), () => world.firewall.refresh());
  const elastiCache = createElastiCache(world, {
    servers: world.servers,
    firewall: world.firewall,
    faults: world.faults,
    keys: kms.keys,
    network: ec2.network,
    subnetGroups,
  });
  const iam = createIam(world);
  const { principals, faults, firewall } = world;
  const { network } = ec2;
  const instances = createInstances(world, { network, firewall, iam, principals, faults });
  const machine = (id: string) => instances.place(id);
  const loadBalancing = createLoadBalancing(world, { network, firewall, machine });
  const logs = createLogs(world);
  const account = createAccountServices(world.account, world.caller);
  await world.firewall.decideBy(securityGroupPolicy(ec2.network));
  world.secretReader = secrets.value;
  world.add(kms, secrets, ec2, elastiCache, createRoute53(world, zones), account, logs);
  world.add(iam, createSsm(), loadBalancing, instances);
  return { cache: elastiCache.account, logs };
}

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
  if (node) await load(node.server.behind, PORT, commands);
}

/** The service as its own deployment once set it up: on the cluster's own endpoint, in plaintext. */
function startApplication(world: TwinWorld, front: Front, logs: LogSink, redisHost: string) {
  const images = { [IMAGE]: new URL("../app/main.ts", import.meta.url) };
  const ecs = createEcs(world, { cluster: "acme-cluster", front, logs, images });
  const balancer: Part = {
    endpoints: async () => ({ "http.front": front.endpoint }),
    stop: () => front.stop(),
  };
  world.add(balancer, ecs, createCloudWatch(world, ecs));
  return ecs.createService(
    {
      name: "acme-api",
      desiredCount: TASKS,
      subnets: ["subnet-0acme1", "subnet-0acme2"],
      securityGroups: ["sg-0acmetasks"],
    },
    taskDefinition(world.account.region, redisHost),
  );
}

function taskDefinition(region: string, redisHost: string) {
  return {
    family: "acme-api",
    networkMode: "awsvpc" as const,
    requiresCompatibilities: ["FARGATE" as const],
    cpu: "256",
    memory: "512",
    containerDefinitions: [
      {
        name: "api",
        image: `${IMAGE}:1`,
        essential: true,
        portMappings: [{ containerPort: 3000, protocol: "tcp" as const }],
        environment: [
          { name: "REDIS_HOST", value: redisHost },
          { name: "REDIS_PORT", value: String(PORT) },
          { name: "REDIS_TLS_ENABLED", value: "false" },
        ],
        logConfiguration: {
          logDriver: "awslogs" as const,
          options: {
            "awslogs-group": LOG_GROUP,
            "awslogs-region": region,
            "awslogs-stream-prefix": "api",
          },
        },
      },
    ],
  };
}
