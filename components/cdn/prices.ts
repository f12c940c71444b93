/**
 * List prices in US dollars: S3 and CloudWatch of us-east-1, CloudFront of North America and Europe. From
 * aws.amazon.com/s3/pricing, aws.amazon.com/cloudfront/pricing and aws.amazon.com/cloudwatch/pricing.
 */
export const cdnPriceList = {
  currency: "USD",
  asOf: "2025-06-01",
  region: "us-east-1",
  /** A GB in S3 Standard, a month. */
  storedGb: 0.023,
  /** A GB from CloudFront's edges, up to 10 TB. */
  deliveredGb: 0.085,
  /** 10,000 HTTPS requests to CloudFront. */
  requests10k: 0.01,
  /** 1,000 GET requests to S3. */
  reads1k: 0.0004,
  /** 1,000 PUT requests to S3. */
  writes1k: 0.005,
  /** A metric of one's own, a month; also each of the eight additional ones of a distribution. */
  ownMetric: 0.3,
  /** One metric that an alarm looks at, a month. */
  alarmMetric: 0.1,
  /** A dashboard, a month. */
  dashboard: 3,
} as const;
