import { ReplicationGroup } from "@pulumi/aws/elasticache/replicationGroup.js";
import type { ParameterGroup } from "@pulumi/aws/elasticache/parameterGroup.js";
import type { GroupArgs } from "./args.ts";
import type { AuthToken } from "./authToken.ts";
import { redisDefaults } from "./defaults.ts";
import { providerEngineVersion, REDIS_PORT } from "./engine.ts";
import type { RedisKey } from "./key.ts";
import type { RedisLogs } from "./logs.ts";
import type { RedisNetwork } from "./network.ts";
import { groupIdOf } from "./whole.ts";
import type { Whole } from "./whole.ts";

/** What the replication group is built on. */
export interface GroupParts {
  readonly key: RedisKey;
  readonly token: AuthToken;
  readonly network: RedisNetwork;
  readonly parameters: ParameterGroup;
  readonly logs: RedisLogs;
}

/** Creates the replication group, restored from `snapshotName` if there is one. */
export function createGroup(
  whole: Whole,
  args: GroupArgs,
  parts: GroupParts,
  snapshotName: string | undefined,
): ReplicationGroup {
  const { name, parent, tags, protect } = whole;
  const { key, token, network, parameters } = parts;
  const replicationGroupId = groupIdOf(whole);
  return new ReplicationGroup(
    `${name}-group`,
    {
      replicationGroupId,
      description: `Encrypted Redis of ${whole.app}`,
      engine: "redis",
      engineVersion: providerEngineVersion(args.engineVersion),
      nodeType: args.nodeType,
      port: REDIS_PORT,
      parameterGroupName: parameters.name,
      numCacheClusters: 1 + (args.replicas ?? redisDefaults.replicas),
      multiAzEnabled: true,
      automaticFailoverEnabled: true,
      atRestEncryptionEnabled: true,
      kmsKeyId: key.arn,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      authToken: token.value,
      authTokenUpdateStrategy:
        token.updateStrategy ?? args.authUpdateStrategy ?? redisDefaults.authUpdateStrategy,
      subnetGroupName: network.subnetGroupName,
      securityGroupIds: network.securityGroupIds,
      maintenanceWindow: args.maintenanceWindow ?? redisDefaults.maintenanceWindow,
      snapshotWindow: args.snapshotWindow ?? redisDefaults.snapshotWindow,
      snapshotRetentionLimit: args.snapshotRetentionDays ?? redisDefaults.snapshotRetentionDays,
      snapshotName,
      // Only what is protected holds data that exists nowhere else.
      finalSnapshotIdentifier: protect ? `${replicationGroupId}-final` : undefined,
      // A rotation waits for no maintenance window: the application is given the new token right after it.
      applyImmediately:
        token.updateStrategy !== undefined ||
        (args.applyImmediately ?? redisDefaults.applyImmediately),
      autoMinorVersionUpgrade: true,
      logDeliveryConfigurations: logDelivery(parts.logs),
      tags,
    },
    { parent, protect },
  );
}

function logDelivery({ slow, engine }: RedisLogs) {
  const toCloudWatch = { destinationType: "cloudwatch-logs", logFormat: "json" };
  return [
    { ...toCloudWatch, logType: "slow-log", destination: slow.name },
    { ...toCloudWatch, logType: "engine-log", destination: engine.name },
  ];
}
