import { setTimeout as delay } from "node:timers/promises";
import { AwsError } from "../../world.ts";
import { group } from "./find.ts";
import {
  atLeast,
  namesIn,
  primaryOf,
  recordEvent,
  type CacheAccount,
  type CacheNode,
  type CacheSettings,
  type ReplicationGroup,
} from "./model.ts";
import { dataDirOf, newInternalPassword, setName, startNode, stopNode } from "./nodes.ts";
import { maxMemoryOf } from "./nodeTypes.ts";
import { restoreSnapshot } from "./snapshotFiles.ts";
import { snapshot, snapshotOf } from "./snapshots.ts";
import { assertGroupRequest } from "./validate.ts";

const CREATION_MS = 10 * 60_000;
const DELETION_MS = 5 * 60_000;
const ZONES = ["a", "b", "c"];

export interface GroupRequest {
  readonly id: string;
  readonly settings: CacheSettings;
  readonly engineVersion: string;
  readonly numCacheClusters: number;
  readonly automaticFailover: boolean;
  readonly multiAz: boolean;
  readonly atRestEncryption: boolean;
  readonly kmsKeyId: string | undefined;
  readonly transitEncryption: boolean;
  readonly transitEncryptionMode: string;
  readonly authToken: string | undefined;
  readonly snapshotName: string | undefined;
}

/** Accepts a group at once, or throws why not; `ready` resolves when its servers run. */
export function createGroup(account: CacheAccount, request: GroupRequest): ReplicationGroup {
  assertGroupRequest(account, request);
  if (request.snapshotName !== undefined) assertRestorable(account, request);
  const created: ReplicationGroup = {
    kind: "group",
    id: request.id,
    createdAt: new Date(),
    settings: request.settings,
    kmsKeyId: request.kmsKeyId && account.keys.get(request.kmsKeyId).arn,
    snapshotName: request.snapshotName,
    status: "creating",
    automaticFailover: request.automaticFailover,
    multiAz: request.multiAz,
    tokens: request.authToken === undefined ? [] : [request.authToken],
    pendingToken: undefined,
    nodes: [],
    ready: Promise.resolve().then(() => provision(account, created, request)),
  };
  // Whoever waits for it sees the failure; nobody has to.
  created.ready.catch(() => {});
  account.groups.set(created.id, created);
  return created;
}

function assertRestorable(account: CacheAccount, { snapshotName, settings }: GroupRequest): void {
  const from = snapshot(account, snapshotName ?? "");
  if (from.status !== "available" || !from.file) {
    const message = `Snapshot ${from.name} is in state ${from.status} and cannot be restored.`;
    throw new AwsError("InvalidSnapshotStateFault", message);
  }
  if (from.file.encryption) account.keys.decrypt(from.file.encryption.dataKey);
  if (from.file.usedMemory > maxMemoryOf(settings.nodeType, 0)) {
    const message = `Snapshot ${from.name} needs more memory than a ${settings.nodeType} has.`;
    throw new AwsError("InvalidParameterValueException", message);
  }
}

async function provision(
  account: CacheAccount,
  created: ReplicationGroup,
  request: GroupRequest,
): Promise<void> {
  const shortest = delay(atLeast(account.world, CREATION_MS));
  try {
    await startNodes(account, created, request.numCacheClusters);
    await shortest;
    created.status = "available";
    recordEvent(account, created, `Replication group ${created.id} created`);
  } catch (error) {
    created.status = "create-failed";
    recordEvent(account, created, `Replication group could not be created: ${String(error)}`);
    throw error;
  }
}

async function startNodes(
  account: CacheAccount,
  created: ReplicationGroup,
  count: number,
): Promise<void> {
  const { id, settings, tokens } = created;
  const names = namesIn(account);
  const nodeId = (index: number) => `${id}-${String(index + 1).padStart(3, "0")}`;
  const ids = Array.from({ length: count }, (_, index) => nodeId(index));
  const certificate = await account.world.authority.issue(id, {
    names: [names.primary(id), names.reader(id), ...ids.map((node) => names.node(id, node))],
  });
  const tls = {
    ...certificate,
    caFile: account.world.authority.caFile,
    serverName: names.primary(id),
  };
  const internalPassword = newInternalPassword();
  const start = (node: string, index: number, replicaOf?: CacheNode) =>
    startNode(account, {
      id: node,
      address: names.node(id, node),
      zone: `${account.world.account.region}${ZONES[index % ZONES.length]}`,
      serverName: "redis.target",
      settings,
      tls,
      tokens,
      internalPassword,
      replicaOf,
    });

  const [first = "", ...others] = ids;
  if (created.snapshotName !== undefined) await restore(account, created.snapshotName, first);
  const primary = await start(first, 0);
  created.nodes = [primary];
  const replicas = await Promise.all(others.map((node, i) => start(node, i + 1, primary)));
  created.nodes = [primary, ...replicas];
  pointNames(account, created);
}

async function restore(account: CacheAccount, snapshotName: string, node: string): Promise<void> {
  const { file } = snapshot(account, snapshotName);
  if (file) await restoreSnapshot(file, dataDirOf(account, node), account.keys);
}

/** Points the group's names at what now is its primary, and at a replica where there is one. */
export function pointNames(account: CacheAccount, of: ReplicationGroup): void {
  const primary = primaryOf(of);
  if (!primary) return;
  const names = namesIn(account);
  const reader = of.nodes.find((node) => node !== primary) ?? primary;
  setName(account, names.primary(of.id), primary.server.host);
  setName(account, names.reader(of.id), reader.server.host);
}

/** Deletes a group, after a final snapshot when one is named. Resolves when it is gone. */
export async function deleteGroup(
  account: CacheAccount,
  id: string,
  finalSnapshot?: string,
): Promise<void> {
  const found = group(account, id);
  if (found.status !== "available" && found.status !== "create-failed") {
    const message = `Replication group ${id} is in state ${found.status} and cannot be deleted.`;
    throw new AwsError("InvalidReplicationGroupStateFault", message);
  }
  const before = found.status;
  found.status = "deleting";
  try {
    if (finalSnapshot !== undefined) await snapshotOf(account, found, finalSnapshot).ready;
  } catch (error) {
    found.status = before;
    throw error;
  }
  await delay(atLeast(account.world, DELETION_MS));
  await Promise.all(found.nodes.map((node) => stopNode(account, node)));
  const names = namesIn(account);
  for (const name of [names.primary(id), names.reader(id)]) account.world.names.remove(name, "A");
  account.groups.delete(id);
  recordEvent(account, found, `Replication group ${id} deleted`);
}
