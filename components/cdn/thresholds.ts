import { uploadLimits } from "../shared/watching/uploads.ts";
import type { UploadLimits } from "../shared/watching/uploads.ts";

/** When an alarm goes off. */
export interface CdnThresholds extends UploadLimits {
  /** Requests answered with 4xx or 5xx, in percent. Only judged with at least `ERRORS_MIN_REQUESTS` in 5 minutes. */
  readonly errorPercent: number;
  /** Requests answered with 502, 503 or 504, in percent: the origin, or the way to it, failed. */
  readonly originErrorPercent: number;
  /** Requests answered from the cache, in percent. Only judged with at least `HIT_RATE_MIN_REQUESTS` in an hour. */
  readonly hitRatePercent: number;
}

export const cdnAlarmDefaults: CdnThresholds = {
  ...uploadLimits,
  errorPercent: 1,
  originErrorPercent: 0,
  hitRatePercent: 90,
};

/** With fewer requests than this in 5 minutes, one missing picture would be an alarm. */
export const ERRORS_MIN_REQUESTS = 20;

/** Fewer requests than this in an hour say nothing about the hit rate. */
export const HIT_RATE_MIN_REQUESTS = 100;
