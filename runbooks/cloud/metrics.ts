import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  type Statistic,
} from "@aws-sdk/client-cloudwatch";
import type { StepContext } from "../../automation/step.ts";
import { waitFor } from "../wait.ts";
import { clientSettings } from "../../automation/aws.ts";

const WINDOW_MS = 10 * 60_000;
const PERIOD_S = 60;
/** CloudWatch publishes a minute's figures within a few minutes. */
const PUBLISHED_WITHIN_MS = 15 * 60_000;

/** Cache hits and mean CPU of a node in the last ten minutes; waits until there is a hit or the window has passed. */
export async function cacheTraffic(
  ctx: StepContext,
  node: string,
): Promise<{ hits: number; cpuPercent: number }> {
  const client = new CloudWatchClient(clientSettings(ctx.environment.env));
  const wait = { what: `metrics of ${node}`, deadlineMs: PUBLISHED_WITHIN_MS, everyMs: 30_000 };
  const hits = await waitFor<number>(ctx, wait, async () => {
    const sum = await statistic(client, node, "CacheHits", "Sum");
    return sum.length > 0 ? { done: sum.reduce((a, b) => a + b, 0) } : { seen: "no figures yet" };
  });
  const cpu = await statistic(client, node, "CPUUtilization", "Average");
  return { hits, cpuPercent: cpu.length > 0 ? cpu.reduce((a, b) => a + b, 0) / cpu.length : 0 };
}

/** Bytes that a node's keys take, as CloudWatch last said; undefined when it has said nothing lately. */
export async function bytesUsed(ctx: StepContext, node: string): Promise<number | undefined> {
  const client = new CloudWatchClient(clientSettings(ctx.environment.env));
  return (await statistic(client, node, "BytesUsedForCache", "Maximum")).at(-1);
}

async function statistic(
  client: CloudWatchClient,
  node: string,
  metric: string,
  kind: Statistic,
): Promise<number[]> {
  const now = Date.now();
  const { Datapoints = [] } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/ElastiCache",
      MetricName: metric,
      Dimensions: [{ Name: "CacheClusterId", Value: node }],
      StartTime: new Date(now - WINDOW_MS),
      EndTime: new Date(now),
      Period: PERIOD_S,
      Statistics: [kind],
    }),
  );
  return Datapoints.flatMap((point) => point[kind as "Sum" | "Average" | "Maximum"] ?? []);
}
