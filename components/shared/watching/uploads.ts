import type { AlarmSpec } from "../../alarms.ts";
import type { Panel } from "../dashboard.ts";

/** What an application tells of the files that it uploads; `Query` is how the system that watches is asked for it. */
export interface UploadFigures<Query> {
  /** Uploads that failed, in percent of all. */
  readonly failedPercent: Query;
  /** Uploads that succeeded, in percent of all. */
  readonly succeededPercent: Query;
  /** Time that so many uploads stay under, in seconds. */
  readonly duration: Readonly<Record<"P50" | "P95" | "P99", Query>>;
}

/** When an alarm of uploads goes off. */
export interface UploadLimits {
  /** Uploads that failed, in percent of all within 15 minutes. */
  readonly uploadFailurePercent: number;
  /** Time that 95 % of the uploads stay under, in seconds. */
  readonly uploadP95Seconds: number;
}

export const uploadLimits: UploadLimits = { uploadFailurePercent: 5, uploadP95Seconds: 5 };

const QUARTER_SECONDS = 900;

/** The alarms of what an application uploads. */
export function uploadAlarms<Query>(
  figures: UploadFigures<Query>,
  limits: UploadLimits,
): AlarmSpec<Query>[] {
  const quarter = { is: "above", periodSeconds: QUARTER_SECONDS, periods: 1 } as const;
  return [
    {
      id: "upload-failures",
      meaning:
        "Uploads fail. The application keeps such files locally. Look for their errors in its log: a lost right, a wrong bucket, or the storage itself?",
      observed: figures.failedPercent,
      threshold: limits.uploadFailurePercent,
      ...quarter,
    },
    {
      id: "upload-duration",
      meaning:
        "Uploads are slow. Are the files larger than before, or is the application short of CPU to shrink them?",
      observed: figures.duration.P95,
      threshold: limits.uploadP95Seconds,
      ...quarter,
      severity: "ticket",
    },
  ];
}

/** What there is to see of uploads. */
export function uploadPanels<Query>(figures: UploadFigures<Query>): Panel<Query>[] {
  return [
    { title: "Uploads that succeeded", unit: "%", series: { succeeded: figures.succeededPercent } },
    { title: "Upload duration", unit: "s", series: figures.duration },
  ];
}
