import type { Observed } from "../../alarms.ts";
import type { PanelSpec } from "../../shared/dashboard.ts";
import type { Metrics } from "./metrics.ts";

const PERIOD_SECONDS = 300;
const GB = 1_000_000_000;

/** Dashboards by the end of their name. */
export type Dashboards = Readonly<
  Record<"application" | "database" | "infrastructure", PanelSpec[]>
>;

/** What there is to see: how users are served, what the database does, what it all runs on. */
export function hipaaPanels(metrics: Metrics, region: string): Dashboards {
  const panel = (title: string, unit: string, series: PanelSpec["series"]): PanelSpec => ({
    title,
    unit,
    series,
    region,
    periodSeconds: PERIOD_SECONDS,
  });
  const { instances, agents, balancer, targets, database, cache, queue } = metrics;
  return {
    application: [
      panel("Requests", "requests", { requests: { metric: balancer("RequestCount", "Sum") } }),
      panel("Response time", "s", {
        P50: { metric: targets("TargetResponseTime", "p50") },
        P95: { metric: targets("TargetResponseTime", "p95") },
        P99: { metric: targets("TargetResponseTime", "p99") },
      }),
      panel("Errors", "requests", {
        "5xx of instances": { metric: balancer("HTTPCode_Target_5XX_Count", "Sum") },
        "5xx of the balancer": { metric: balancer("HTTPCode_ELB_5XX_Count", "Sum") },
        "4xx": { metric: balancer("HTTPCode_Target_4XX_Count", "Sum") },
      }),
      panel("Waiting jobs", "jobs", { waiting: { metric: queue("WaitingJobs", "Maximum") } }),
    ],
    database: [
      panel("Connections", "connections", {
        open: { metric: database("DatabaseConnections", "Maximum") },
      }),
      panel("Queries wait for the disk", "s", {
        reads: { metric: database("ReadLatency", "Average") },
        writes: { metric: database("WriteLatency", "Average") },
      }),
      panel("Disk", "operations a second", {
        reads: { metric: database("ReadIOPS", "Average") },
        writes: { metric: database("WriteIOPS", "Average") },
      }),
      panel("Free storage", "GB", { free: gigabytes(database("FreeStorageSpace", "Minimum")) }),
    ],
    infrastructure: [
      panel("CPU", "%", {
        instances: { metric: instances("CPUUtilization", "Average") },
        database: { metric: database("CPUUtilization", "Average") },
        cache: { metric: cache[0]!("CPUUtilization", "Average") },
      }),
      panel("Memory in use", "%", {
        instances: { metric: agents("mem_used_percent", "Average") },
        "cache, primary": { metric: cache[0]!("DatabaseMemoryUsagePercentage", "Maximum") },
        "cache, replica": { metric: cache[1]!("DatabaseMemoryUsagePercentage", "Maximum") },
      }),
      panel("Network of the instances", "GB", {
        in: gigabytes(instances("NetworkIn", "Sum"), "received"),
        out: gigabytes(instances("NetworkOut", "Sum"), "sent"),
      }),
      panel("Healthy instances", "instances", {
        healthy: { metric: targets("HealthyHostCount", "Minimum") },
      }),
    ],
  };
}

/** @param variable unique within a panel */
function gigabytes(metric: ReturnType<Metrics["database"]>, variable = "bytes"): Observed {
  return { formula: `${variable} / ${GB}`, of: { [variable]: metric } };
}
