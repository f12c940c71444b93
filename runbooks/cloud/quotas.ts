import { DescribeCacheClustersCommand, type ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { refusal } from "../../automation/errors.ts";
import type { StepContext } from "../../automation/step.ts";
import { clientSettings } from "../../automation/aws.ts";
import { askForMore, valueOfQuota } from "./serviceQuota.ts";

const NODES = {
  service: "elasticache",
  code: "L-DFE45DF3",
  name: "Nodes per Region",
  standard: 300,
} as const;
/** Primary and replica of the target. */
const NODES_NEEDED = 2;

/** Refuses when the region's node quota has no room for the target beside the source. */
export async function checkQuotas(ctx: StepContext, client: ElastiCacheClient): Promise<void> {
  const settings = clientSettings(ctx.environment.env);
  const [quota, used] = await Promise.all([valueOfQuota(settings, NODES), nodesInUse(client)]);
  if (used + NODES_NEEDED <= quota) return;
  throw refusal(
    "quota",
    `The region's quota of ${quota} ElastiCache nodes has no room for ${NODES_NEEDED} more: ${used} are in use.`,
    `Ask for more: \`${askForMore(NODES, settings.region, used + NODES_NEEDED)}\`.`,
  );
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
