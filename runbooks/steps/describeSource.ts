import type { CacheCluster } from "@aws-sdk/client-elasticache";
import { refusal } from "../../automation/errors.ts";
import type { Facts, StepContext, WorkStep } from "../../automation/step.ts";
import { RedisConnection } from "../../transfer/redis/connection.ts";
import { keyCount, serverInfo } from "../../transfer/redis/info.ts";
import { applicationOf } from "../application/application.ts";
import { checkApplication } from "../cloud/applicationCheck.ts";
import { elasticacheClient, findCluster, findGroup } from "../cloud/elasticache.ts";
import { checkQuotas } from "../cloud/quotas.ts";
import { sourceAddress } from "../cloud/redis.ts";
import { sourceClusterId, stackSettings } from "../settings.ts";

/** Looks at everything the move depends on and refuses what it cannot do, before anything is changed. */
export function describeSource(): WorkStep {
  return {
    kind: "work",
    id: "describe-source",
    title: "Describe the source and check that it can be moved",
    effect:
      "Reads only. Refuses a source that is encrypted already, in cluster mode, full or evicting.",
    expectedMs: 30_000,
    commands: ["aws elasticache describe-cache-clusters --show-cache-node-info", "redis-cli INFO"],
    run: preflight,
    undo: { title: "Nothing to undo: it only reads" },
  };
}

/** What is there to move. Rejects with the reason when it must not be begun. */
export async function preflight(ctx: StepContext): Promise<Facts> {
  const client = elasticacheClient(ctx);
  const id = sourceClusterId(ctx);
  ctx.progress({ doing: `looking at ${id}` });
  const cluster = await findCluster(client, id);
  if (!cluster) throw noSource(id);
  refuseUnsuitable(cluster);
  if (ctx.attempt === 1) await refuseExistingTarget(ctx);
  await checkQuotas(ctx, client);
  await applicationOf(ctx).check();
  const request = await checkApplication(ctx);
  return { ...described(cluster), ...(await data(ctx)), request };
}

function described(cluster: CacheCluster): Facts {
  return {
    cluster: cluster.CacheClusterId!,
    status: cluster.CacheClusterStatus!,
    engineVersion: cluster.EngineVersion!,
    nodeType: cluster.CacheNodeType!,
    atRestEncryption: cluster.AtRestEncryptionEnabled ?? false,
    transitEncryption: cluster.TransitEncryptionEnabled ?? false,
    authToken: cluster.AuthTokenEnabled ?? false,
  };
}

function refuseUnsuitable(cluster: CacheCluster): void {
  const id = cluster.CacheClusterId!;
  if (cluster.CacheClusterStatus !== "available") {
    throw unsuitable(`${id} is ${cluster.CacheClusterStatus}`, "Wait until it is available.");
  }
  if (cluster.Engine !== "redis" && cluster.Engine !== "valkey") {
    throw unsuitable(`${id} runs ${cluster.Engine}`, "Only Redis and Valkey can be moved.");
  }
  if (cluster.TransitEncryptionEnabled || cluster.AuthTokenEnabled) {
    const has = cluster.TransitEncryptionEnabled ? "TLS" : "an AUTH token";
    throw unsuitable(
      `${id} has ${has} already, so it is no plaintext source`,
      "If only encryption at rest is missing, restore a snapshot of it with a KMS key; this runbook is for plaintext sources.",
    );
  }
  if (cluster.ReplicationGroupId) {
    throw unsuitable(
      `${id} belongs to replication group ${cluster.ReplicationGroupId}`,
      "Name a standalone cluster in `godwit:redis.source.clusterId`.",
    );
  }
}

/** Asks the server itself what a snapshot could not carry over. */
async function data(ctx: StepContext): Promise<Facts> {
  const connection = await RedisConnection.open(await sourceAddress(ctx));
  try {
    const info = await serverInfo(connection);
    refuseUnsuitableServer(info);
    return {
      version: info["redis_version"]!,
      keys: await keyCount(connection),
      usedMemoryBytes: Number(info["used_memory"]),
      maxMemoryBytes: Number(info["maxmemory"]),
      evictionPolicy: info["maxmemory_policy"]!,
    };
  } finally {
    connection.close();
  }
}

const FULL_FRACTION = 0.9;

function refuseUnsuitableServer(info: Record<string, string>): void {
  if (info["cluster_enabled"] === "1") {
    throw unsuitable(
      "the source runs in cluster mode: its keys are spread over shards, which a snapshot cannot bring into one group",
      "Move it to a cluster-mode group of the same number of shards instead.",
    );
  }
  const [used, max] = [Number(info["used_memory"]), Number(info["maxmemory"])];
  const evicted = Number(info["evicted_keys"]);
  if (max > 0 && used > FULL_FRACTION * max && info["maxmemory_policy"] !== "noeviction") {
    throw unsuitable(
      `the source uses ${Math.round((100 * used) / max)} % of its memory and evicts keys (${info["maxmemory_policy"]}, ${evicted} so far): what is evicted during the move would look like a loss`,
      "Scale it up first (for example to cache.r6g.large), then start again.",
    );
  }
}

async function refuseExistingTarget(ctx: StepContext): Promise<void> {
  const id = `${stackSettings(ctx).app}-redis-encrypted`;
  const group = await findGroup(elasticacheClient(ctx), id);
  if (!group) return;
  throw refusal(
    "target-exists",
    `There is a replication group ${id} already (${group.Status}); a restored snapshot needs a new one.`,
    `If it is left over, delete it: \`aws elasticache delete-replication-group --replication-group-id ${id}\`. If a run made it, resume or abort that run (\`godwit status\`).`,
  );
}

function noSource(id: string) {
  return refusal(
    "no-source",
    `ElastiCache has no cluster ${id}.`,
    "Correct `godwit:redis.source.clusterId`, the region or the credentials.",
  );
}

function unsuitable(what: string, next: string) {
  return refusal("unsuitable-source", `The source cannot be moved: ${what}.`, next);
}
