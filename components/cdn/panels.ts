import type { Metric, Observed } from "../alarms.ts";
import type { PanelSpec } from "../shared/dashboard.ts";
import { uploadPanels } from "../shared/watching/uploads.ts";
import type { UploadFigures } from "../shared/watching/uploads.ts";
import type { NamedMetric } from "./metrics.ts";
import { EDGE_REGION } from "../shared/names.ts";

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
const GB = 1_000_000_000;

export interface PanelSources {
  /** The stack's own region. */
  readonly region: string;
  readonly uploads: UploadFigures<Observed>;
  readonly edge: NamedMetric;
  /** What the files take, in bytes. */
  readonly stored: Metric;
}

/** What there is to see of uploads, delivery and storage. */
export function cdnPanels({ region, uploads, edge, stored }: PanelSources): PanelSpec[] {
  const hourly = (at: string) => ({ region: at, periodSeconds: HOUR_SECONDS });
  return [
    ...uploadPanels(uploads).map((panel) => ({ ...panel, ...hourly(region) })),
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
