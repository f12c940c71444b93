import type {
  DeleteCacheClusterCommandInput,
  DeleteReplicationGroupCommandInput,
  DeleteSnapshotCommandInput,
  DescribeCacheClustersCommandInput,
  DescribeCacheParameterGroupsCommandInput,
  DescribeCacheParametersCommandInput,
  DescribeCacheSubnetGroupsCommandInput,
  DescribeEventsCommandInput,
  DescribeReplicationGroupsCommandInput,
  DescribeSnapshotsCommandInput,
  ModifyReplicationGroupCommandInput,
  TestFailoverCommandInput,
} from "@aws-sdk/client-elasticache";
import { AwsError, type Action } from "../../world.ts";
import { deleteCluster } from "./clusters.ts";
import {
  describeCluster,
  describeClusters,
  describeGroup,
  describeParameterGroup,
  describeSnapshot,
  describeSubnetGroup,
} from "./describe.ts";
import { cluster, group } from "./find.ts";
import { deleteGroup } from "./groups.ts";
import type { CacheAccount } from "./model.ts";
import { modifyGroup, testFailover } from "./modify.ts";
import { parameterGroup, parametersOf } from "./parameterGroups.ts";
import { createSnapshot, deleteSnapshot, snapshot, type SnapshotRequest } from "./snapshots.ts";

/** The ElastiCache actions over what the account has. */
export function cacheActions(account: CacheAccount): Readonly<Record<string, Action>> {
  return {
    ...clusterActions(account),
    ...groupActions(account),
    ...snapshotActions(account),
    DescribeCacheSubnetGroups: async (input: DescribeCacheSubnetGroupsCommandInput) => ({
      CacheSubnetGroups: [...account.subnetGroups.values()]
        .filter(({ name }) => matches(input.CacheSubnetGroupName, name))
        .map((each) => describeSubnetGroup(account, each)),
    }),
    DescribeCacheParameterGroups: async (input: DescribeCacheParameterGroupsCommandInput) => ({
      CacheParameterGroups: [...account.parameterGroups.values()]
        .filter(({ name }) => matches(input.CacheParameterGroupName, name))
        .map((each) => describeParameterGroup(account, each)),
    }),
    DescribeCacheParameters: async (input: DescribeCacheParametersCommandInput) => {
      const found = parameterGroup(account, input.CacheParameterGroupName ?? "");
      const Parameters = Object.entries(parametersOf(found)).map(([name, value]) => ({
        ParameterName: name,
        ParameterValue: value,
        Source: name in found.parameters ? "user" : "system",
      }));
      return { Parameters };
    },
    DescribeEvents: async (input: DescribeEventsCommandInput) => ({
      Events: account.events.filter(
        (event) =>
          matches(input.SourceIdentifier, event.SourceIdentifier) &&
          matches(input.SourceType, event.SourceType) &&
          (!input.StartTime || (event.Date ?? 0) >= input.StartTime),
      ),
    }),
  };
}

function clusterActions(account: CacheAccount): Record<string, Action> {
  return {
    DescribeCacheClusters: async (input: DescribeCacheClustersCommandInput) => {
      const all = describeClusters(account, input.ShowCacheNodeInfo ?? false);
      const wanted = all.filter(
        (each) =>
          matches(input.CacheClusterId, each.CacheClusterId) &&
          !(input.ShowCacheClustersNotInReplicationGroups && each.ReplicationGroupId),
      );
      if (input.CacheClusterId !== undefined && wanted.length === 0) {
        const message = `CacheCluster not found: ${input.CacheClusterId}`;
        throw new AwsError("CacheClusterNotFoundFault", message, 404);
      }
      return { CacheClusters: wanted };
    },
    DeleteCacheCluster: async (input: DeleteCacheClusterCommandInput) => {
      const found = cluster(account, input.CacheClusterId ?? "");
      const done = deleteCluster(account, found.id, input.FinalSnapshotIdentifier);
      await accepted(done);
      return { CacheCluster: describeCluster(account, found, false) };
    },
  };
}

function groupActions(account: CacheAccount): Record<string, Action> {
  return {
    DescribeReplicationGroups: async (input: DescribeReplicationGroupsCommandInput) => {
      const wanted =
        input.ReplicationGroupId === undefined
          ? [...account.groups.values()]
          : [group(account, input.ReplicationGroupId)];
      return { ReplicationGroups: wanted.map((each) => describeGroup(account, each)) };
    },
    ModifyReplicationGroup: async (input: ModifyReplicationGroupCommandInput) => {
      const { group: found, done } = modifyGroup(account, input);
      await accepted(done);
      return { ReplicationGroup: describeGroup(account, found) };
    },
    TestFailover: async (input: TestFailoverCommandInput) => {
      const { group: found, done } = testFailover(account, input);
      await accepted(done);
      return { ReplicationGroup: describeGroup(account, found) };
    },
    DeleteReplicationGroup: async (input: DeleteReplicationGroupCommandInput) => {
      const found = group(account, input.ReplicationGroupId ?? "");
      const done = deleteGroup(account, found.id, input.FinalSnapshotIdentifier);
      await accepted(done);
      return { ReplicationGroup: describeGroup(account, found) };
    },
  };
}

function snapshotActions(account: CacheAccount): Record<string, Action> {
  return {
    CreateSnapshot: async (input: SnapshotRequest) => ({
      Snapshot: describeSnapshot(account, createSnapshot(account, input)),
    }),
    DescribeSnapshots: async (input: DescribeSnapshotsCommandInput) => {
      const all =
        input.SnapshotName === undefined
          ? [...account.snapshots.values()]
          : [snapshot(account, input.SnapshotName)];
      const Snapshots = all
        .map((each) => describeSnapshot(account, each))
        .filter(
          (each) =>
            matches(input.CacheClusterId, each.CacheClusterId) &&
            matches(input.ReplicationGroupId, each.ReplicationGroupId) &&
            !["system", "automated"].includes(input.SnapshotSource ?? ""),
        );
      return { Snapshots };
    },
    DeleteSnapshot: async (input: DeleteSnapshotCommandInput) => ({
      Snapshot: describeSnapshot(account, deleteSnapshot(account, input.SnapshotName ?? "")),
    }),
  };
}

const matches = (wanted: string | undefined, value: string | undefined) =>
  wanted === undefined || wanted === value;

/** Lets what is refused at once reject the call; what goes wrong later shows in the state. */
async function accepted(done: Promise<void>): Promise<void> {
  done.catch(() => {});
  await Promise.race([done, new Promise((resolve) => setImmediate(resolve))]);
}
