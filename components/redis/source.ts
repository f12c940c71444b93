import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "@pulumi/aws/elasticache/cluster.js";
import type { ClusterArgs } from "@pulumi/aws/elasticache/cluster.js";
import type { SourceArgs } from "./args.ts";
import type { Whole } from "./whole.ts";

/**
 * Everything about the source but what is needed to delete it: however it is set up, and whatever others change on it,
 * an update leaves it alone.
 */
const LEFT_ALONE = [
  "applyImmediately",
  "autoMinorVersionUpgrade",
  "availabilityZone",
  "azMode",
  "engine",
  "engineVersion",
  "ipDiscovery",
  "logDeliveryConfigurations",
  "maintenanceWindow",
  "networkType",
  "nodeType",
  "notificationTopicArn",
  "numCacheNodes",
  "outpostMode",
  "parameterGroupName",
  "port",
  "preferredAvailabilityZones",
  "preferredOutpostArn",
  "region",
  "replicationGroupId",
  "securityGroupIds",
  "snapshotArns",
  "snapshotName",
  "snapshotRetentionLimit",
  "snapshotWindow",
  "subnetGroupName",
  "tags",
  "transitEncryptionEnabled",
] satisfies (keyof ClusterArgs)[];

/** Where the source can be reached. */
export interface SourceEndpoint {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  /** Who may connect to it, as it was found. */
  readonly securityGroupIds: pulumi.Output<string[]>;
}

/**
 * Adopts the existing cluster. Until `finalSnapshot` names its last snapshot, Pulumi forgets it rather than deletes it;
 * from then on the update in which it is no longer declared takes that snapshot and deletes it.
 */
export function adoptSource(
  whole: Whole,
  { clusterId, finalSnapshot }: SourceArgs,
): SourceEndpoint {
  const cluster = new Cluster(
    `${whole.name}-source`,
    { clusterId, finalSnapshotIdentifier: finalSnapshot },
    {
      parent: whole.parent,
      import: clusterId,
      ignoreChanges: LEFT_ALONE,
      retainOnDelete: finalSnapshot === undefined,
    },
  );
  const node = cluster.cacheNodes.apply((nodes) => {
    const [first] = nodes;
    if (first === undefined) {
      throw new Error(
        `Cluster ${clusterId} has no node, so there is no endpoint to move from. Nothing was changed on it. ` +
          "Wait until it is available, or correct godwit:redis.source.clusterId.",
      );
    }
    return first;
  });
  return { host: node.address, port: node.port, securityGroupIds: cluster.securityGroupIds };
}
