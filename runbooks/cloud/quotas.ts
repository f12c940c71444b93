import { DescribeCacheClustersCommand, type ElastiCacheClient } from "@aws-sdk/client-elasticache";
import {
  GetServiceQuotaCommand,
  NoSuchResourceException,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { refusal } from "../../automation/errors.ts";
import type { StepContext } from "../../automation/step.ts";
import { clientSettings } from "../../automation/aws.ts";

/** Service Quotas code of "Nodes per Region" of ElastiCache. */
const NODES_PER_REGION = "L-DFE45DF3";
/** AWS's default, for accounts where the quota was never touched. */
const DEFAULT_NODES = 300;
/** Primary and replica of the target. */
const NODES_NEEDED = 2;

/** Refuses when the region's node quota has no room for the target beside the source. */
export async function checkQuotas(ctx: StepContext, client: ElastiCacheClient): Promise<void> {
  const [quota, used] = await Promise.all([nodeQuota(ctx), nodesInUse(client)]);
  if (used + NODES_NEEDED <= quota) return;
  throw refusal(
    "quota",
    `The region's quota of ${quota} ElastiCache nodes has no room for ${NODES_NEEDED} more: ${used} are in use.`,
    `Ask for more: \`aws service-quotas request-service-quota-increase --service-code elasticache --quota-code ${NODES_PER_REGION} --desired-value ${used + NODES_NEEDED}\`.`,
  );
}

async function nodeQuota(ctx: StepContext): Promise<number> {
  const client = new ServiceQuotasClient(clientSettings(ctx.environment.env));
  try {
    const { Quota } = await client.send(
      new GetServiceQuotaCommand({ ServiceCode: "elasticache", QuotaCode: NODES_PER_REGION }),
    );
    return Quota?.Value ?? DEFAULT_NODES;
  } catch (error) {
    if (error instanceof NoSuchResourceException) return DEFAULT_NODES;
    throw error;
  }
}

async function nodesInUse(client: ElastiCacheClient): Promise<number> {
  let nodes = 0;
  let Marker: string | undefined;
  do {
    const page: { CacheClusters?: { NumCacheNodes?: number }[]; Marker?: string } =
      await client.send(new DescribeCacheClustersCommand(Marker ? { Marker } : {}));
    for (const { NumCacheNodes = 0 } of page.CacheClusters ?? []) nodes += NumCacheNodes;
    Marker = page.Marker;
  } while (Marker);
  return nodes;
}
