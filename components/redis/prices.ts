/** List prices on demand, Redis OSS, in US dollars. */
export const priceList = {
  currency: "USD",
  asOf: "2025-06-01",
  region: "us-east-1",
  /** A customer's key, a month. */
  kmsKey: 1,
  /** A secret, a month. */
  secret: 0.4,
  /** One metric that an alarm looks at, a month. */
  alarmMetric: 0.1,
  /** A GiB of backups, a month. */
  backupGiB: 0.085,
} as const;

export interface NodePrice {
  /** Dollars an hour. */
  readonly hourly: number;
  /** GiB for data and overhead. */
  readonly memoryGiB: number;
}

/** Node types of the current generations, smallest first. */
export const nodePrices: Readonly<Record<string, NodePrice>> = {
  "cache.t4g.micro": { hourly: 0.016, memoryGiB: 0.5 },
  "cache.t4g.small": { hourly: 0.032, memoryGiB: 1.37 },
  "cache.t4g.medium": { hourly: 0.065, memoryGiB: 3.09 },
  "cache.t3.micro": { hourly: 0.017, memoryGiB: 0.5 },
  "cache.t3.small": { hourly: 0.034, memoryGiB: 1.37 },
  "cache.t3.medium": { hourly: 0.068, memoryGiB: 3.09 },
  "cache.m6g.large": { hourly: 0.149, memoryGiB: 6.38 },
  "cache.m6g.xlarge": { hourly: 0.297, memoryGiB: 12.93 },
  "cache.m7g.large": { hourly: 0.158, memoryGiB: 6.38 },
  "cache.m7g.xlarge": { hourly: 0.315, memoryGiB: 12.93 },
  "cache.r6g.large": { hourly: 0.206, memoryGiB: 13.07 },
  "cache.r6g.xlarge": { hourly: 0.411, memoryGiB: 26.32 },
  "cache.r6g.2xlarge": { hourly: 0.821, memoryGiB: 52.82 },
  "cache.r7g.large": { hourly: 0.219, memoryGiB: 13.07 },
  "cache.r7g.xlarge": { hourly: 0.437, memoryGiB: 26.32 },
  "cache.r7g.2xlarge": { hourly: 0.873, memoryGiB: 52.82 },
};
