import type * as pulumi from "@pulumi/pulumi";
import type { AlarmSpec, Metric } from "../alarms.ts";
import { HIT_RATE_MIN_READS } from "./thresholds.ts";
import type { AlarmThresholds } from "./thresholds.ts";

const PERIOD_SECONDS = 300;

/** The alarms of a replication group: the same ones for each of its nodes. */
export function redisAlarms(
  groupId: pulumi.Output<string>,
  nodes: number,
  thresholds: AlarmThresholds,
): AlarmSpec[] {
  const suffixes = Array.from({ length: nodes }, (_, i) => String(i + 1).padStart(3, "0"));
  return suffixes.flatMap((suffix) => {
    const metric: NodeMetric = (name, statistic) => ({
      namespace: "AWS/ElastiCache",
      name,
      statistic,
      dimensions: { CacheClusterId: groupId.apply((id) => `${id}-${suffix}`) },
    });
    return nodeAlarms(metric, thresholds).map((spec) => ({ ...spec, id: `${spec.id}-${suffix}` }));
  });
}

type NodeMetric = (name: string, statistic: Metric["statistic"]) => Metric;

function nodeAlarms(metric: NodeMetric, limits: AlarmThresholds): AlarmSpec[] {
  const lasting = { is: "above", periodSeconds: PERIOD_SECONDS, periods: 2 } as const;
  return [
    {
      id: "cpu",
      meaning:
        "The node's CPU is busy. If it lasts, take a larger node type, such as cache.r6g.large.",
      observed: { metric: metric("CPUUtilization", "Average") },
      threshold: limits.cpuPercent,
      ...lasting,
    },
    {
      id: "engine-cpu",
      meaning:
        "The thread that runs commands is busy. Look for slow commands in the slow log; faster CPUs help, more do not.",
      observed: { metric: metric("EngineCPUUtilization", "Average") },
      threshold: limits.engineCpuPercent,
      ...lasting,
    },
    {
      id: "memory",
      meaning:
        "Memory is nearly used up: next come evictions or refused writes. Take a larger node type, or let keys expire.",
      observed: { metric: metric("DatabaseMemoryUsagePercentage", "Maximum") },
      threshold: limits.memoryPercent,
      ...lasting,
    },
    {
      id: "evictions",
      meaning:
        "Keys are thrown out for lack of memory. Sessions and queued jobs may be among them.",
      observed: { metric: metric("Evictions", "Sum") },
      threshold: limits.evictions,
      ...lasting,
      periods: 1,
    },
    {
      id: "connections",
      meaning: "Unusually many connections are open. A client may be opening them without closing.",
      observed: { metric: metric("CurrConnections", "Maximum") },
      threshold: limits.connections,
      ...lasting,
    },
    {
      id: "replication-lag",
      meaning:
        "A replica is behind the primary: a failover now would lose what it has not received.",
      observed: { metric: metric("ReplicationLag", "Maximum") },
      threshold: limits.replicationLagSeconds,
      ...lasting,
    },
    hitRateAlarm(metric, limits.hitRatePercent),
  ];
}

function hitRateAlarm(metric: NodeMetric, threshold: number): AlarmSpec {
  return {
    id: "hit-rate",
    meaning:
      "Few reads find their key. After a move: is data missing? Otherwise: do keys expire too early?",
    observed: {
      // Too few reads to judge count as a full hit rate.
      formula: `IF(hits + misses >= ${HIT_RATE_MIN_READS}, 100 * hits / (hits + misses), 100)`,
      of: { hits: metric("CacheHits", "Sum"), misses: metric("CacheMisses", "Sum") },
    },
    is: "below",
    threshold,
    periodSeconds: PERIOD_SECONDS,
    periods: 2,
  };
}
