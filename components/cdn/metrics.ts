import type * as pulumi from "@pulumi/pulumi";
import type { Metric, Observed } from "../alarms.ts";
import type { UploadFigures } from "../shared/watching/uploads.ts";

/** A metric of CloudFront's, by name. */
export type NamedMetric = (name: string, statistic: Metric["statistic"]) => Metric;

/** The namespace of what the application tells about its uploads: `Uploads`, `UploadFailures`, `UploadDuration` in ms. */
export const UPLOAD_NAMESPACE = "Godwit/Uploads";

/** Figures of the application's uploads; its log lines in embedded metric format make them. */
export function uploadFigures(app: string): UploadFigures<Observed> {
  const metric = (name: string, statistic: Metric["statistic"]): Metric => ({
    namespace: UPLOAD_NAMESPACE,
    name,
    statistic,
    dimensions: { Application: app },
  });
  const counted = { failures: metric("UploadFailures", "Sum"), uploads: metric("Uploads", "Sum") };
  const seconds = (percentile: "p50" | "p95" | "p99"): Observed => ({
    formula: `${percentile} / 1000`,
    of: { [percentile]: metric("UploadDuration", percentile) },
  });
  return {
    failedPercent: { formula: "100 * FILL(failures, 0) / uploads", of: counted },
    succeededPercent: { formula: "100 - 100 * FILL(failures, 0) / uploads", of: counted },
    duration: { P50: seconds("p50"), P95: seconds("p95"), P99: seconds("p99") },
  };
}

/** Figures of a distribution; they are in us-east-1. */
export function edgeMetric(distributionId: pulumi.Input<string>): NamedMetric {
  return (name, statistic) => ({
    namespace: "AWS/CloudFront",
    name,
    statistic,
    dimensions: { DistributionId: distributionId, Region: "Global" },
  });
}

/** What a bucket's files in ordinary storage take, in bytes; once a day. */
export function storedBytes(bucket: pulumi.Input<string>): Metric {
  return {
    namespace: "AWS/S3",
    name: "BucketSizeBytes",
    statistic: "Average",
    dimensions: { BucketName: bucket, StorageType: "StandardStorage" },
  };
}
