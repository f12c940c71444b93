import type { AlarmSpec } from "../alarms.ts";
import type { NamedMetric } from "./metrics.ts";
import { ERRORS_MIN_REQUESTS, HIT_RATE_MIN_REQUESTS } from "./thresholds.ts";
import type { CdnThresholds } from "./thresholds.ts";

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;

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
