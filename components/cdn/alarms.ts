import type { AlarmSpec } from "../alarms.ts";
import type { NamedMetric } from "./metrics.ts";
import { ERRORS_MIN_REQUESTS, HIT_RATE_MIN_REQUESTS } from "./thresholds.ts";
import type { CdnThresholds } from "./thresholds.ts";

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
const MS_A_SECOND = 1000;

/** The alarms of what the application uploads. */
export function uploadAlarms(metric: NamedMetric, limits: CdnThresholds): AlarmSpec[] {
  const quarter = { is: "above", periodSeconds: 15 * MINUTE_SECONDS, periods: 1 } as const;
  return [
    {
      id: "upload-failures",
      meaning:
        "Uploads fail. The application keeps such files locally. Look for their errors in its log: a lost right, a wrong bucket, or S3 itself?",
      observed: {
        formula: "100 * FILL(failures, 0) / uploads",
        of: { failures: metric("UploadFailures", "Sum"), uploads: metric("Uploads", "Sum") },
      },
      threshold: limits.uploadFailurePercent,
      ...quarter,
    },
    {
      id: "upload-duration",
      meaning:
        "Uploads are slow. Are the files larger than before, or is the application short of CPU to shrink them?",
      observed: { metric: metric("UploadDuration", "p95") },
      threshold: limits.uploadP95Seconds * MS_A_SECOND,
      ...quarter,
    },
  ];
}

/** The alarms of the distribution; in us-east-1, where its metrics are. */
export function edgeAlarms(metric: NamedMetric, limits: CdnThresholds): AlarmSpec[] {
  const lasting = { periodSeconds: 5 * MINUTE_SECONDS, periods: 2 } as const;
  const requests = metric("Requests", "Sum");
  return [
    {
      id: "errors",
      meaning:
        "Viewers get errors. 403 is a file that is not there: which pages name it? 5xx is the origin: see its alarm.",
      observed: {
        formula: `IF(requests >= ${ERRORS_MIN_REQUESTS}, errors, 0)`,
        of: { requests, errors: metric("TotalErrorRate", "Average") },
      },
      is: "above",
      threshold: limits.errorPercent,
      ...lasting,
    },
    {
      id: "origin-errors",
      meaning:
        "The bucket does not answer the CDN as it should. Files that are cached go on being served; has its policy changed?",
      observed: {
        formula: "bad + unavailable + late",
        of: {
          bad: metric("502ErrorRate", "Average"),
          unavailable: metric("503ErrorRate", "Average"),
          late: metric("504ErrorRate", "Average"),
        },
      },
      is: "above",
      threshold: limits.originErrorPercent,
      ...lasting,
    },
    {
      id: "hit-rate",
      meaning:
        "Many requests reach the bucket. Which files have a short Cache-Control, or an address that changes with each page?",
      observed: {
        // Too few requests to judge count as a full hit rate.
        formula: `IF(requests >= ${HIT_RATE_MIN_REQUESTS}, hits, 100)`,
        of: { requests, hits: metric("CacheHitRate", "Average") },
      },
      is: "below",
      threshold: limits.hitRatePercent,
      periodSeconds: HOUR_SECONDS,
      periods: 3,
    },
  ];
}
