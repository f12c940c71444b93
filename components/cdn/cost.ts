import type { SettingsOf } from "../config.ts";
import { costChange, costLine } from "../cost.ts";
import type { CostChange, CostLine } from "../cost.ts";
import { cdnPriceList as prices } from "./prices.ts";

/** How much is stored and asked for in a month. */
export interface CdnUsage {
  readonly storedGb: number;
  readonly deliveredGb: number;
  /** By viewers, of the CDN. */
  readonly requests: number;
  readonly uploads: number;
}

/** 100 practices with ten pictures of 500 KB each, looked at 10,000 times. */
export const usualUsage: CdnUsage = {
  storedGb: 0.5,
  deliveredGb: 5,
  requests: 10_000,
  uploads: 100,
};

/** Share of the requests that reach the bucket, as at the alarm's limit. */
const MISSES = 0.1;
/** CloudFront's additional metrics of a distribution: hit rate, origin latency, error rates by code. */
const EDGE_METRICS = 8;
/** Uploads, their failures and their duration. */
const UPLOAD_METRICS = 3;
/** Metrics that the five alarms look at. */
const ALARM_METRICS = 2 + 1 + 2 + 3 + 2;

/** What the CDN costs a month, line by line: the files, then what watches over them. */
export function cdnCost({ region, cdn }: SettingsOf<"cdn">): CostChange {
  const { currency, asOf } = prices;
  const usage = { ...usualUsage, ...cdn.usage };
  return costChange(
    { currency, asOf, region: prices.region },
    [],
    [...assetLines(usage), ...watchLines()],
    { notes: notes(region) },
  );
}

function assetLines({ storedGb, deliveredGb, requests, uploads }: CdnUsage): CostLine[] {
  const reads = requests * MISSES;
  return [
    costLine("Files in S3", storedGb, "GB", prices.storedGb),
    costLine("Delivery by CloudFront", deliveredGb, "GB", prices.deliveredGb),
    costLine("Requests to CloudFront", requests / 10_000, "10,000", prices.requests10k),
    costLine("Reads of the bucket", reads / 1000, "1,000", prices.reads1k),
    costLine("Uploads", uploads / 1000, "1,000", prices.writes1k),
  ];
}

function watchLines(): CostLine[] {
  return [
    costLine("Metrics of the distribution", EDGE_METRICS, "metric", prices.ownMetric),
    costLine("Metrics of uploads", UPLOAD_METRICS, "metric", prices.ownMetric),
    costLine("CloudWatch alarms", ALARM_METRICS, "metric", prices.alarmMetric),
    costLine("Dashboard", 1, "dashboard", prices.dashboard),
  ];
}

function notes(region: string | undefined): string[] {
  return [
    "Left out: old versions, access logs and the archive, which are gigabytes at most; the hosted zone, which is paid for already.",
    "Free in an account each month: CloudFront's first TB and 10 million requests, ten metrics, ten alarms, three dashboards. A first CDN alone then costs next to nothing.",
    ...(region !== undefined && region !== prices.region
      ? [`Prices are those of ${prices.region}; ${region} differs by a few percent.`]
      : []),
  ];
}
