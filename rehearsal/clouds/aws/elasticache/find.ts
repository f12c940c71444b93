import { AwsError } from "../../world.ts";
import type { CacheAccount, CacheCluster, ReplicationGroup } from "./model.ts";

/** A standalone cluster by id; throws `CacheClusterNotFoundFault`. */
export function cluster(account: CacheAccount, id: string): CacheCluster {
  const found = account.clusters.get(id.toLowerCase());
  if (found) return found;
  throw new AwsError("CacheClusterNotFoundFault", `CacheCluster not found: ${id}`, 404);
}

/** A replication group by id; throws `ReplicationGroupNotFoundFault`. */
export function group(account: CacheAccount, id: string): ReplicationGroup {
  const found = account.groups.get(id.toLowerCase());
  if (found) return found;
  throw new AwsError("ReplicationGroupNotFoundFault", `ReplicationGroup ${id} not found.`, 404);
}
