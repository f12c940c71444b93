/**
 * List prices in US dollars: those of us-east-1 on demand, CloudFront of North America and Europe. Each from its page
 * of aws.amazon.com.
 */
export const webPriceList = {
  currency: "USD",
  asOf: "2025-06-01",
  region: "us-east-1",
  /** A GiB of a gp3 volume, a month (/ebs/pricing). */
  volumeGiB: 0.08,
  /** A public IPv4 address, an hour, since February 2024 (/vpc/pricing). */
  addressHour: 0.005,
  /** A GB in S3 Standard, a month (/s3/pricing). */
  storedGb: 0.023,
  /** A GB from CloudFront's edges, up to 10 TB (/cloudfront/pricing). */
  deliveredGb: 0.085,
  /** 10,000 HTTPS requests to CloudFront (/cloudfront/pricing). */
  requests10k: 0.01,
  /** A million runs of a CloudFront function (/cloudfront/pricing). */
  functionMillion: 0.1,
  /** A secret, a month (/secrets-manager/pricing). */
  secret: 0.4,
  /** A health check of what is in AWS, a month (/route53/pricing). */
  healthCheck: 0.5,
  /** By HTTPS, a month (/route53/pricing). */
  healthCheckHttps: 1,
  /** One metric that an alarm looks at, a month (/cloudwatch/pricing). */
  alarmMetric: 0.1,
  /** A metric of one's own, a month (/cloudwatch/pricing). */
  ownMetric: 0.3,
  /** A GB of logs taken in (/cloudwatch/pricing). */
  logGb: 0.5,
  /** 1,000 mails (/ses/pricing). */
  mails1k: 0.1,
  /** A GiB of a database's gp3 volume in one zone, a month (/rds/pricing). */
  databaseGiB: 0.115,
} as const;

/** An hour of a machine (/ec2/pricing/on-demand). */
export const machineHours: Readonly<Record<string, number>> = {
  "t3.nano": 0.0052,
  "t3.micro": 0.0104,
  "t3.small": 0.0208,
  "t3.medium": 0.0416,
  "t4g.nano": 0.0042,
  "t4g.micro": 0.0084,
  "t4g.small": 0.0168,
  "t4g.medium": 0.0336,
};

/** An hour of a database in one zone (/rds/postgresql/pricing, /rds/mysql/pricing). */
export const databaseHours: Readonly<Record<string, Record<"postgres" | "mysql", number>>> = {
  "db.t4g.micro": { postgres: 0.016, mysql: 0.016 },
  "db.t4g.small": { postgres: 0.032, mysql: 0.032 },
  "db.t4g.medium": { postgres: 0.065, mysql: 0.065 },
  "db.t3.micro": { postgres: 0.018, mysql: 0.017 },
  "db.t3.small": { postgres: 0.036, mysql: 0.034 },
};
