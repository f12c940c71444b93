import {
  CacheClusterNotFoundFault,
  CreateSnapshotCommand,
  DeleteSnapshotCommand,
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  DescribeSnapshotsCommand,
  ElastiCacheClient,
  ReplicationGroupNotFoundFault,
  SnapshotAlreadyExistsFault,
  SnapshotNotFoundFault,
  type CacheCluster,
  type ReplicationGroup,
  type Snapshot,
} from "@aws-sdk/client-elasticache";
import { failure } from "../../automation/errors.ts";
import type { StepContext } from "../../automation/step.ts";
import { waitFor } from "../wait.ts";
import { clientSettings } from "../../automation/aws.ts";

const SNAPSHOT_DEADLINE_MS = 60 * 60_000;

export type { CacheCluster, ReplicationGroup, Snapshot };

export function elasticacheClient(ctx: Pick<StepContext, "environment">): ElastiCacheClient {
  return new ElastiCacheClient(clientSettings(ctx.environment.env));
}

/** The cluster with its nodes, or undefined when there is none of this id. */
export async function findCluster(
  client: ElastiCacheClient,
  id: string,
): Promise<CacheCluster | undefined> {
  const command = new DescribeCacheClustersCommand({ CacheClusterId: id, ShowCacheNodeInfo: true });
  const found = await unless(CacheClusterNotFoundFault, client.send(command));
  return found?.CacheClusters?.[0];
}

export async function findGroup(
  client: ElastiCacheClient,
  id: string,
): Promise<ReplicationGroup | undefined> {
  const command = new DescribeReplicationGroupsCommand({ ReplicationGroupId: id });
  const found = await unless(ReplicationGroupNotFoundFault, client.send(command));
  return found?.ReplicationGroups?.[0];
}

/** Takes a snapshot and waits until it is available; one of this name that exists already is waited for. */
export async function takeSnapshot(
  ctx: StepContext,
  client: ElastiCacheClient,
  clusterId: string,
  name: string,
): Promise<Snapshot> {
  const create = new CreateSnapshotCommand({ CacheClusterId: clusterId, SnapshotName: name });
  await unless(SnapshotAlreadyExistsFault, client.send(create));
  const wait = { what: `snapshot ${name}`, deadlineMs: SNAPSHOT_DEADLINE_MS };
  return await waitFor<Snapshot>(ctx, wait, async () => {
    const snapshot = await findSnapshot(client, name);
    if (snapshot?.SnapshotStatus === "available") return { done: snapshot };
    if (snapshot?.SnapshotStatus === "failed") throw snapshotFailed(name, clusterId);
    return { seen: snapshot?.SnapshotStatus ?? "not listed yet" };
  });
}

/** Manual snapshots of a cluster, newest first. */
export async function snapshotsOf(
  client: ElastiCacheClient,
  clusterId: string,
): Promise<Snapshot[]> {
  const all: Snapshot[] = [];
  let Marker: string | undefined;
  do {
    const page: { Snapshots?: Snapshot[]; Marker?: string } = await client.send(
      new DescribeSnapshotsCommand({
        CacheClusterId: clusterId,
        SnapshotSource: "user",
        ...(Marker && { Marker }),
      }),
    );
    all.push(...(page.Snapshots ?? []));
    Marker = page.Marker;
  } while (Marker);
  return all.sort((a, b) => createdAt(b) - createdAt(a));
}

export async function deleteSnapshot(client: ElastiCacheClient, name: string): Promise<void> {
  await unless(
    SnapshotNotFoundFault,
    client.send(new DeleteSnapshotCommand({ SnapshotName: name })),
  );
}

async function findSnapshot(
  client: ElastiCacheClient,
  name: string,
): Promise<Snapshot | undefined> {
  const command = new DescribeSnapshotsCommand({ SnapshotName: name });
  const found = await unless(SnapshotNotFoundFault, client.send(command));
  return found?.Snapshots?.[0];
}

function createdAt(snapshot: Snapshot): number {
  return snapshot.NodeSnapshots?.[0]?.SnapshotCreateTime?.getTime() ?? 0;
}

/** The answer, or undefined when the service refused with this fault. */
async function unless<T>(
  fault: new (...args: never[]) => Error,
  answer: Promise<T>,
): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof fault) return undefined;
    throw error;
  }
}

function snapshotFailed(name: string, clusterId: string) {
  return failure(
    "snapshot-failed",
    `ElastiCache reports that snapshot ${name} of ${clusterId} failed.`,
    "The source is untouched.",
    "Look at the cluster's events (memory for the fork and the snapshot quota are the usual causes), then use `godwit resume RUN`, which takes another.",
  );
}
