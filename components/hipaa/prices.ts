interface Price {
  /** US dollars for one unit. */
  readonly price: number;
  readonly source: string;
}

const page = (service: string) => `aws.amazon.com/${service}/pricing`;
const at = (price: number, service: string): Price => ({ price, source: page(service) });

/** List prices of Canada (Central) on demand, in US dollars, each with the page that it is from. */
export const hipaaPriceList = {
  currency: "USD",
  asOf: "2025-06-01",
  region: "ca-central-1",
} as const;

export const hipaaPrices = {
  /** A GB of volumes, a month. */
  volumeGB: at(0.088, "ebs"),
  /** A GB of a database's storage in two zones, a month. */
  databaseGB: at(0.254, "rds/postgresql"),
  /** A GB of backups beyond the size of the database, a month. */
  backupGB: at(0.095, "rds/postgresql"),
  /** A load balancer, an hour, and the unit by which it is used. */
  balancer: at(0.02475, "elasticloadbalancing"),
  balancerUnit: at(0.0088, "elasticloadbalancing"),
  natGateway: at(0.05, "vpc"),
  publicAddress: at(0.005, "vpc"),
  /** An endpoint in one zone, an hour. */
  endpoint: at(0.011, "privatelink"),
  /** A GB through a NAT gateway. */
  natGB: at(0.05, "vpc"),
  /** A GB to the internet. */
  transferGB: at(0.09, "ec2/on-demand"),
  /** A GB to another region. */
  otherRegionGB: at(0.02, "ec2/on-demand"),
  /** A GB of files, a month. */
  storedGB: at(0.025, "s3"),
  /** A GB of logs taken in. */
  logGB: at(0.55, "cloudwatch"),
  alarmMetric: at(0.1, "cloudwatch"),
  ownMetric: at(0.3, "cloudwatch"),
  dashboard: at(3, "cloudwatch"),
  kmsKey: at(1, "kms"),
  secret: at(0.4, "secrets-manager"),
  zone: at(0.5, "route53"),
  firewall: at(5, "waf"),
  firewallRule: at(1, "waf"),
} as const satisfies Record<string, Price>;

/** An hour of an instance, of a database in two zones, and of a cache's node, by type. */
export const instancePrices: Readonly<Record<string, Price>> = {
  "t3.small": at(0.0232, "ec2/on-demand"),
  "t3.medium": at(0.0464, "ec2/on-demand"),
  "t3.large": at(0.0928, "ec2/on-demand"),
  "t4g.medium": at(0.0368, "ec2/on-demand"),
  "m6i.large": at(0.107, "ec2/on-demand"),
};

export const databasePrices: Readonly<Record<string, Price>> = {
  "db.t3.medium": at(0.159, "rds/postgresql"),
  "db.t3.large": at(0.318, "rds/postgresql"),
  "db.t4g.medium": at(0.143, "rds/postgresql"),
  "db.m6i.large": at(0.39, "rds/postgresql"),
};

export const cachePrices: Readonly<Record<string, Price>> = {
  "cache.t3.small": at(0.037, "elasticache"),
  "cache.t3.medium": at(0.074, "elasticache"),
  "cache.t4g.medium": at(0.071, "elasticache"),
  "cache.m6g.large": at(0.163, "elasticache"),
};
