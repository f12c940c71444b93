import { setTimeout as delay } from "node:timers/promises";
import { AwsError } from "../../world.ts";
import { cluster } from "./find.ts";
import {
  atLeast,
  namesIn,
  recordEvent,
  type CacheAccount,
  type CacheCluster,
  type CacheSettings,
} from "./model.ts";
import { startNode, stopNode } from "./nodes.ts";
import { snapshotOf } from "./snapshots.ts";
import { assertSettings } from "./validate.ts";

const DELETION_MS = 5 * 60_000;

/** Starts a standalone cluster: one node, plaintext, no password; what a world begins with. */
export async function createCluster(
  account: CacheAccount,
  id: string,
  settings: CacheSettings,
): Promise<CacheCluster> {
  assertSettings(account, settings);
  const created: CacheCluster = {
    kind: "cluster",
    id,
    createdAt: new Date(),
    settings,
    status: "creating",
    node: undefined,
  };
  account.clusters.set(id, created);
  created.node = await startNode(account, {
    id,
    address: namesIn(account).standalone(id),
    zone: `${account.world.account.region}a`,
    serverName: "redis.source",
    settings,
  });
  created.status = "available";
  return created;
}

/** Deletes a cluster that is available, after a final snapshot when one is named. Resolves when it is gone. */
export async function deleteCluster(
  account: CacheAccount,
  id: string,
  finalSnapshot?: string,
): Promise<void> {
  const found = cluster(account, id);
  if (found.status !== "available") {
    const message = `Cache cluster ${id} is in state ${found.status} and cannot be deleted.`;
    throw new AwsError("InvalidCacheClusterStateFault", message);
  }
  found.status = "deleting";
  try {
    if (finalSnapshot !== undefined) await snapshotOf(account, found, finalSnapshot).ready;
  } catch (error) {
    found.status = "available";
    throw error;
  }
  await delay(atLeast(account.world, DELETION_MS));
  if (found.node) await stopNode(account, found.node);
  account.clusters.delete(id);
  recordEvent(account, found, "Cache cluster deleted");
}
