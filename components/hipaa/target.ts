import * as pulumi from "@pulumi/pulumi";
import type { SettingsOf } from "../config.ts";
import { isBefore } from "../config.ts";
import { EncryptedRedis } from "../redis/encryptedRedis.ts";
import type { EncryptedRedisArgs } from "../redis/args.ts";
import { HipaaAudit } from "./audit/hipaaAudit.ts";
import { hipaaCost } from "./cost.ts";
import { HipaaBuckets } from "./data/hipaaBuckets.ts";
import { HipaaDatabase } from "./data/hipaaDatabase.ts";
import { HipaaSecrets } from "./data/hipaaSecrets.ts";
import { hipaaDefaults } from "./defaults.ts";
import { HipaaApplication } from "./hipaaApplication.ts";
import { HipaaKeys } from "./keys/hipaaKeys.ts";
import { HipaaNetwork } from "./network/hipaaNetwork.ts";
import { declareMover } from "./mover.ts";
import { recoveryRegionOf } from "./residency.ts";
import { HipaaTopic } from "./watch/hipaaTopic.ts";
import { HipaaWatch } from "./watch/hipaaWatch.ts";
import { hipaaAlarmDefaults } from "./watch/thresholds.ts";
import type { HipaaOwnership } from "./whole.ts";

/** Declares what the settings of the target `hipaa` ask for, and returns the stack's outputs. */
export function hipaaTarget(settings: SettingsOf<"hipaa">): Record<string, unknown> {
  const owner = ownerOf(settings, pulumi.getStack());
  const base = declareBase(settings, owner);
  const data = declareData(settings, owner, base);
  const application = declareApplication(settings, owner, base, data);
  const audit = declareAudit(settings, owner, base);
  const mover = declareMover(settings, owner, { ...base, ...data });
  const watch = declareWatch(settings, owner, { base, data, application });
  return {
    url: application.url,
    balancerDomain: application.balancerDomain,
    nameServers: application.nameServers,
    vpcId: base.network.vpcId,
    natAddresses: base.network.natAddresses,
    database: {
      instanceId: data.database.instanceId,
      host: data.database.host,
      port: data.database.port,
      administratorSecretArn: data.database.administratorSecretArn,
      recoveryRegion: recoveryRegionOf(owner.region),
    },
    cache: {
      groupId: data.cache.groupId,
      primary: data.cache.primary,
      port: data.cache.port,
      secretArn: data.cache.secretArn,
    },
    buckets: {
      uploads: base.buckets.uploads.bucket.bucket,
      backups: base.buckets.backups.bucket.bucket,
      deployments: base.buckets.deployments.bucket.bucket,
      logs: base.buckets.logs.bucket.bucket,
    },
    secretArns: data.secrets.arns,
    secretsToFill: data.secrets.toFill,
    deployment: { ...application.deployment, roleArn: application.deployerRoleArn },
    mover: mover && {
      instanceId: mover.instanceId,
      engineSecretArn: mover.engineSecretArn,
      securityGroupId: mover.securityGroupId,
    },
    groupName: application.groupName,
    trailArn: audit.trailArn,
    dashboards: watch.dashboards,
    alarmTopicArn: base.topic.arn,
    monthlyCost: hipaaCost(settings),
  };
}

/** What others are declared with. */
interface Base {
  readonly keys: HipaaKeys;
  readonly topic: HipaaTopic;
  readonly network: HipaaNetwork;
  readonly buckets: HipaaBuckets;
}

interface Data {
  readonly database: HipaaDatabase;
  readonly cache: EncryptedRedis;
  readonly secrets: HipaaSecrets;
}

function ownerOf(settings: SettingsOf<"hipaa">, environment: string): HipaaOwnership {
  const { app, production, dataClass, region } = settings;
  return { app, environment, production, dataClass, region: region! };
}

function declareBase({ hipaa }: SettingsOf<"hipaa">, owner: HipaaOwnership): Base {
  const { network, endpoints, logDays, alarms } = hipaa;
  const keys = new HipaaKeys("keys", owner);
  const logsKey = keys.logs;
  return {
    keys,
    topic: new HipaaTopic("alarms", { ...owner, ...alarms, logsKey }),
    network: new HipaaNetwork("network", { ...owner, network, endpoints, logDays, logsKey }),
    buckets: new HipaaBuckets("buckets", {
      ...owner,
      logDays,
      replicateFiles: hipaa.replicateFiles,
      dataKeyArn: keys.data.arn,
    }),
  };
}

function declareData(
  { hipaa }: SettingsOf<"hipaa">,
  owner: HipaaOwnership,
  { keys, topic, network, buckets }: Base,
): Data {
  const { deletionProtection, logDays } = hipaa;
  const database = new HipaaDatabase("database", {
    ...owner,
    database: hipaa.database,
    subnetIds: network.subnetIds.database,
    securityGroupId: network.groupIds.database,
    keys,
    deletionProtection,
    logDays,
  });
  const cache = new EncryptedRedis("cache", cacheArgs(hipaa, owner, network, topic));
  const secrets = new HipaaSecrets("secrets", {
    ...owner,
    secretsKeyArn: keys.secrets.arn,
    database: { host: database.host, port: database.port, name: hipaa.database.name },
    // It begins empty, so it is declared.
    cache: { host: cache.primary!, port: cache.port, authToken: cache.authToken },
    buckets: { uploads: buckets.uploads.bucket.bucket, backups: buckets.backups.bucket.bucket },
  });
  return { database, cache, secrets };
}

/** It serves from the first day on: it holds sessions and queues, which are not carried over. */
function cacheArgs(
  { cache, logDays, thresholds }: SettingsOf<"hipaa">["hipaa"],
  { region: _, ...owner }: HipaaOwnership,
  network: HipaaNetwork,
  topic: HipaaTopic,
): EncryptedRedisArgs {
  return {
    ...owner,
    ...cache,
    stage: "settled",
    seed: { from: "nothing" },
    engineVersion: hipaaDefaults.redisVersion,
    kms: { create: true },
    network: {
      subnetGroup: { create: { subnetIds: [...network.subnetIds.cache] } },
      securityGroup: { existing: [network.groupIds.cache] },
    },
    // Queues live in it: better refuse a job than lose one.
    parameters: { "maxmemory-policy": "noeviction" },
    alarms: { topicArn: topic.arn },
    thresholds: {
      hitRatePercent: thresholds.hitRatePercent ?? hipaaAlarmDefaults.hitRatePercent,
    },
    logRetentionDays: logDays,
  };
}

function declareApplication(
  { stage, hipaa }: SettingsOf<"hipaa">,
  owner: HipaaOwnership,
  { keys, topic, network, buckets }: Base,
  { secrets }: Data,
): HipaaApplication {
  const { certificate, domain, compute, deletionProtection, deployer, logDays } = hipaa;
  return new HipaaApplication("application", {
    ...owner,
    serving: !isBefore(stage, "cutover"),
    network,
    keys,
    buckets,
    secretArns: secrets.arns,
    topicArn: topic.arn,
    certificate,
    domain,
    compute,
    deletionProtection,
    deployer,
    logDays,
  });
}

function declareAudit(
  { hipaa: { account, logDays } }: SettingsOf<"hipaa">,
  owner: HipaaOwnership,
  { keys, buckets }: Base,
): HipaaAudit {
  return new HipaaAudit("audit", { ...owner, logsKey: keys.logs, buckets, account, logDays });
}

function declareWatch(
  { hipaa }: SettingsOf<"hipaa">,
  owner: HipaaOwnership,
  { base, data, application }: { base: Base; data: Data; application: HipaaApplication },
): HipaaWatch {
  return new HipaaWatch("watch", {
    ...owner,
    watched: {
      groupName: application.groupName,
      balancerId: application.balancerId,
      targetGroupId: application.targetGroupId,
      databaseId: data.database.instanceId,
      cacheGroupId: data.cache.groupId!,
    },
    topicArn: base.topic.arn,
    maxConnections: hipaa.database.maxConnections,
    thresholds: hipaa.thresholds,
    budget: hipaa.budget,
  });
}
