import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AwsError } from "../../world.ts";
import { cluster, group } from "./find.ts";
import {
  atLeast,
  recordEvent,
  type CacheAccount,
  type CacheCluster,
  type ReplicationGroup,
  type Snapshot,
} from "./model.ts";
import { saveSnapshot } from "./snapshotFiles.ts";

const SNAPSHOT_MS = 5 * 60_000;
const DELETION_MS = 30_000;

export interface SnapshotRequest {
  readonly SnapshotName?: string;
  readonly CacheClusterId?: string;
  readonly ReplicationGroupId?: string;
  readonly KmsKeyId?: string;
}

/** Starts a snapshot of a cluster or group that is available; it becomes available, or fails, on its own. */
export function createSnapshot(account: CacheAccount, request: SnapshotRequest): Snapshot {
  const source = sourceOf(account, request);
  if (source.status !== "available") {
    const kind = source.kind === "cluster" ? "Cache cluster" : "Replication group";
    const code =
      source.kind === "cluster"
        ? "InvalidCacheClusterStateFault"
        : "InvalidReplicationGroupStateFault";
    throw new AwsError(code, `${kind} ${source.id} is not in available state.`);
  }
  return snapshotOf(account, source, request.SnapshotName ?? "", request.KmsKeyId);
}

/** The snapshot itself, whatever state its source is in: also the final one of a deletion. */
export function snapshotOf(
  account: CacheAccount,
  source: CacheCluster | ReplicationGroup,
  name: string,
  kmsKeyId = source.kind === "group" ? source.kmsKeyId : undefined,
): Snapshot {
  assertNewName(account, name);
  if (kmsKeyId !== undefined) account.keys.usable(kmsKeyId, "ENCRYPT_DECRYPT");
  const before = source.status;
  if (before === "available") source.status = "snapshotting";
  const snapshot: Snapshot = {
    name,
    source,
    createdAt: new Date(),
    nodeType: source.settings.nodeType,
    kmsKeyId,
    status: "creating",
    file: undefined,
    ready: Promise.resolve().then(() => take(account, snapshot, before)),
  };
  // Whoever waits for it sees the failure; nobody has to.
  snapshot.ready.catch(() => {});
  account.snapshots.set(name, snapshot);
  return snapshot;
}

async function take(account: CacheAccount, snapshot: Snapshot, before: string): Promise<void> {
  const { source, name } = snapshot;
  const shortest = delay(atLeast(account.world, SNAPSHOT_MS));
  try {
    const folder = join(account.world.dir, "snapshots");
    const server = serverOf(source);
    snapshot.file = await saveSnapshot(server, folder, name, account.keys, snapshot.kmsKeyId);
    await shortest;
    snapshot.status = "available";
    recordEvent(
      account,
      source,
      `Snapshot succeeded for snapshot with ID '${name}' of ${source.id}`,
    );
  } catch (error) {
    await shortest;
    snapshot.status = "failed";
    recordEvent(
      account,
      source,
      `Snapshot failed for snapshot with ID '${name}': ${String(error)}`,
    );
    throw error;
  } finally {
    if (before === "available" && source.status === "snapshotting") source.status = "available";
  }
}

/** The service takes it from a replica where there is one. */
function serverOf(source: CacheCluster | ReplicationGroup) {
  const nodes = source.kind === "cluster" ? [source.node] : source.nodes;
  const replica = nodes.find((node) => node?.server.role === "replica");
  const server = (replica ?? nodes[0])?.server;
  if (!server) throw new Error(`${source.id} has no node to take a snapshot of.`);
  return server;
}

function sourceOf(account: CacheAccount, request: SnapshotRequest) {
  if (request.ReplicationGroupId) return group(account, request.ReplicationGroupId);
  if (request.CacheClusterId) return cluster(account, request.CacheClusterId);
  throw new AwsError(
    "InvalidParameterCombinationException",
    "Either CacheClusterId or ReplicationGroupId must be provided.",
  );
}

function assertNewName(account: CacheAccount, name: string): void {
  if (!/^[a-z][a-z0-9-]{0,254}$/i.test(name) || name.endsWith("-") || name.includes("--")) {
    const message = `The snapshot name ${JSON.stringify(name)} is not valid: letters, digits and single hyphens, beginning with a letter.`;
    throw new AwsError("InvalidParameterValueException", message);
  }
  if (account.snapshots.has(name)) {
    const message = `Snapshot with name ${name} already exists.`;
    throw new AwsError("SnapshotAlreadyExistsFault", message);
  }
}

/** Throws `SnapshotNotFoundFault`. */
export function snapshot(account: CacheAccount, name: string): Snapshot {
  const found = account.snapshots.get(name);
  if (found) return found;
  throw new AwsError("SnapshotNotFoundFault", `Snapshot with name ${name} not found.`, 404);
}

export function deleteSnapshot(account: CacheAccount, name: string): Snapshot {
  const found = snapshot(account, name);
  if (found.status === "creating" || found.status === "deleting") {
    const message = `Snapshot ${name} is in state ${found.status} and cannot be deleted.`;
    throw new AwsError("InvalidSnapshotStateFault", message);
  }
  found.status = "deleting";
  void delay(atLeast(account.world, DELETION_MS)).then(async () => {
    account.snapshots.delete(name);
    if (found.file) await rm(found.file.path, { force: true });
  });
  return found;
}
