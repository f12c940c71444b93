import type * as pulumi from "@pulumi/pulumi";
import type { Metric } from "../alarms.ts";

/** A metric that CloudFront or S3 keeps, by name. */
export type NamedMetric = (name: string, statistic: Metric["statistic"]) => Metric;

/** The namespace of what the application tells about its uploads: `Uploads`, `UploadFailures`, `UploadDuration` in ms. */
export const UPLOAD_NAMESPACE = "Godwit/Uploads";

/** Figures of the application's uploads; its log lines in embedded metric format make them. */
export function uploadMetric(app: string): NamedMetric {
  return (name, statistic) => ({
    namespace: UPLOAD_NAMESPACE,
    name,
    statistic,
    dimensions: { Application: app },
  });
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
