import type { CacheCluster } from "@aws-sdk/client-elasticache";
import { refusal } from "../../automation/errors.ts";
import type { Facts, StepContext, WorkStep } from "../../automation/step.ts";
import { RedisConnection, type RedisAddress } from "../../transfer/redis/connection.ts";
import { keyCount, serverInfo } from "../../transfer/redis/info.ts";
import { RedisError } from "../../transfer/redis/parser.ts";
import { applicationOf } from "../application/application.ts";
import { checkApplication } from "../cloud/applicationCheck.ts";
import { elasticacheClient, findCluster, findGroup } from "../cloud/elasticache.ts";
import { checkQuotas } from "../cloud/quotas.ts";
import { sourceAddress } from "../cloud/redis.ts";
import { sourceClusterId, stackSettings } from "../settings.ts";
import {
  needsPassword,
  refuseOlderTarget,
  refuseUnsuitableCluster,
  refuseUnsuitableServer,
} from "./suitability.ts";

/** Looks at everything the move depends on and refuses what it cannot do, before anything is changed. */
export function describeSource(): WorkStep {
  return {
    kind: "work",
    id: "describe-source",
    title: "Describe the source and check that it can be moved",
    effect:
      "Reads only. Refuses a source that is encrypted already, in cluster mode, evicting, newer or larger than the target.",
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
  refuseUnsuitableCluster(cluster);
  refuseOlderTarget(cluster.EngineVersion!, stackSettings(ctx).redis);
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

/** Asks the server itself what a snapshot could not carry over. */
async function data(ctx: StepContext): Promise<Facts> {
  const connection = await openSource(await sourceAddress(ctx));
  try {
    const info = await serverInfo(connection);
    refuseUnsuitableServer(info, stackSettings(ctx).redis);
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

/** Connects to a source. Refuses one that lets nobody in without a password. */
export async function openSource(address: RedisAddress): Promise<RedisConnection> {
  try {
    return await RedisConnection.open(address);
  } catch (error) {
    throw error instanceof RedisError && error.code === "NOAUTH" ? needsPassword() : error;
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
