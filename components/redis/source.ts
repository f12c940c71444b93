import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "@pulumi/aws/elasticache/cluster.js";
import type { ClusterArgs } from "@pulumi/aws/elasticache/cluster.js";
import type { Stage } from "../config.ts";
import type { SourceArgs } from "./args.ts";
import { createFence } from "./fence.ts";
import type { Whole } from "./whole.ts";

/**
 * Everything about the source but what is needed to fence and to delete it: however it is set up, and whatever others
 * change on it, an update leaves it alone.
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
  "snapshotArns",
  "snapshotName",
  "snapshotRetentionLimit",
  "snapshotWindow",
  "subnetGroupName",
  "tags",
  "transitEncryptionEnabled",
] satisfies (keyof ClusterArgs)[];

/** Whether a source that has a fence is behind it. */
export function isFenced(stage: Stage): boolean {
  return stage === "fence" || stage === "cutover";
}

/** Where the source can be reached. */
export interface SourceEndpoint {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  /** Who may connect to it when it is not fenced, as it was found. */
  readonly securityGroupIds: pulumi.Output<string[]>;
}

export interface AdoptedSource extends SourceEndpoint {
  /** The group that fences it, if it can be fenced. */
  readonly fenceGroupId: pulumi.Output<string> | undefined;
}

/**
 * Adopts the existing cluster. With `securityGroupIds` an update decides who may connect to it: those groups, or while it
 * is `fenced` the fence alone; without them that is left alone, too. Until `finalSnapshot` names its last snapshot, Pulumi
 * forgets it rather than deletes it; from then on the update in which it is no longer declared takes that snapshot and
 * deletes it.
 */
export function adoptSource(whole: Whole, args: SourceArgs, fenced: boolean): AdoptedSource {
  const { clusterId, finalSnapshot, securityGroupIds: original, fence } = args;
  const fenceGroupId = fence && createFence(whole, fence);
  const cluster = new Cluster(
    `${whole.name}-source`,
    {
      clusterId,
      finalSnapshotIdentifier: finalSnapshot,
      // Applied at once: of what waits for a maintenance window, the service's PendingModifiedValues, they are no part.
      securityGroupIds: original && (fenced && fenceGroupId ? [fenceGroupId] : [...original]),
    },
    {
      parent: whole.parent,
      import: clusterId,
      ignoreChanges: original ? LEFT_ALONE : [...LEFT_ALONE, "securityGroupIds"],
      retainOnDelete: finalSnapshot === undefined,
    },
  );
  const { host, port } = endpointOf(cluster, clusterId);
  const securityGroupIds = original ? pulumi.output([...original]) : cluster.securityGroupIds;
  return { host, port, securityGroupIds, fenceGroupId };
}

function endpointOf(cluster: Cluster, clusterId: string): Pick<SourceEndpoint, "host" | "port"> {
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
  return { host: node.address, port: node.port };
}
