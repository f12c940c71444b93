import type { Metric } from "../alarms.ts";
import type { PanelSpec } from "../shared/dashboard.ts";
import type { NamedMetric } from "./metrics.ts";
import { EDGE_REGION } from "../shared/names.ts";

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
const GB = 1_000_000_000;

export interface PanelSources {
  /** The stack's own region. */
  readonly region: string;
  readonly upload: NamedMetric;
  readonly edge: NamedMetric;
  /** What the files take, in bytes. */
  readonly stored: Metric;
}

/** What there is to see of uploads, delivery and storage. */
export function cdnPanels({ region, upload, edge, stored }: PanelSources): PanelSpec[] {
  const hourly = (at: string) => ({ region: at, periodSeconds: HOUR_SECONDS });
  const duration = (percentile: "p50" | "p95" | "p99") => ({
    formula: `${percentile} / 1000`,
    of: { [percentile]: upload("UploadDuration", percentile) },
  });
  return [
    {
      title: "Uploads that succeeded",
      unit: "%",
      series: {
        succeeded: {
          formula: "100 - 100 * FILL(failures, 0) / uploads",
          of: { failures: upload("UploadFailures", "Sum"), uploads: upload("Uploads", "Sum") },
        },
      },
      ...hourly(region),
    },
    {
      title: "Upload duration",
      unit: "s",
      series: { P50: duration("p50"), P95: duration("p95"), P99: duration("p99") },
      ...hourly(region),
    },
    {
      title: "Cache hit rate",
      unit: "%",
      series: { hits: { metric: edge("CacheHitRate", "Average") } },
      ...hourly(EDGE_REGION),
    },
    {
      title: "Errors",
      unit: "%",
      series: {
        "4xx": { metric: edge("4xxErrorRate", "Average") },
        "5xx": { metric: edge("5xxErrorRate", "Average") },
      },
      ...hourly(EDGE_REGION),
    },
    {
      title: "Stored",
      unit: "GB",
      series: { stored: { formula: `bytes / ${GB}`, of: { bytes: stored } } },
      region,
      periodSeconds: DAY_SECONDS,
    },
    {
      title: "Transferred",
      unit: "GB",
      series: {
        transferred: {
          formula: `bytes / ${GB}`,
          of: { bytes: edge("BytesDownloaded", "Sum") },
        },
      },
      ...hourly(EDGE_REGION),
    },
  ];
}
