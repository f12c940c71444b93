import type { CacheCluster } from "@aws-sdk/client-elasticache";
import { refusal } from "../../automation/errors.ts";
import type { Facts, StepContext, WorkStep } from "../../automation/step.ts";
import { applicationOf } from "../application/application.ts";
import { checkApplication } from "../cloud/applicationCheck.ts";
import { elasticacheClient, findCluster, findGroup } from "../cloud/elasticache.ts";
import { bytesUsed } from "../cloud/metrics.ts";
import { checkQuotas } from "../cloud/quotas.ts";
import { requireRelaySettings, sourceClusterId, stackSettings } from "../settings.ts";
import {
  refuseOlderTarget,
  refuseSmallTarget,
  refuseUnfenceableSource,
  refuseUnsuitableCluster,
} from "./suitability.ts";

/** Looks at everything the move depends on and refuses what it cannot do, before anything is changed. */
export function describeSource(): WorkStep {
  return {
    kind: "work",
    id: "describe-source",
    title: "Describe the source and check that it can be moved",
    effect:
      "Reads only. Refuses a source that is encrypted already, in a group, newer or larger than the target.",
    expectedMs: 30_000,
    commands: [
      "aws elasticache describe-cache-clusters --show-cache-node-info",
      "aws cloudwatch get-metric-statistics --metric-name BytesUsedForCache",
    ],
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
  if (ctx.mode === "relay") {
    requireRelaySettings(ctx);
    refuseUnfenceableSource(cluster.EngineVersion!);
  }
  if (ctx.attempt === 1) await refuseExistingTarget(ctx);
  await checkQuotas(ctx, client);
  await applicationOf(ctx).check();
  const request = await checkApplication(ctx);
  return { ...described(cluster), ...(await size(ctx, id)), request };
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

/** How much there is to move, as the service knows it; the server itself is asked later, from the mover. */
async function size(ctx: StepContext, clusterId: string): Promise<Facts> {
  const bytes = await bytesUsed(ctx, clusterId);
  if (bytes === undefined) return {};
  refuseSmallTarget(bytes, stackSettings(ctx).redis);
  return { usedMemoryBytes: bytes };
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
