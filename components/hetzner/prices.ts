/**
 * List prices a month without VAT: machines with their IPv4 address, load balancers and volumes in euros, at Hetzner's
 * places in Germany and Finland, from hetzner.com/cloud; R2 in dollars, from developers.cloudflare.com/r2/pricing.
 */
export const hetznerPrices = {
  asOf: "2025-06-01",
  /** The European Central Bank's reference rate of 2 June 2025: www.ecb.europa.eu. */
  dollarsForEuro: 1.1419,
  servers: {
    cx22: 3.79,
    cx32: 6.8,
    cx42: 16.4,
    cx52: 32.4,
    cpx11: 4.35,
    cpx21: 7.55,
    cpx31: 13.6,
    cpx41: 25.2,
    cpx51: 54.9,
    ccx13: 12.49,
    ccx23: 24.49,
    ccx33: 48.49,
  } as Readonly<Record<string, number>>,
  loadBalancers: { lb11: 5.39, lb21: 16.4, lb31: 32.9 },
  /** A GB of a volume. */
  volumeGb: 0.044,
  /** A GB stored in R2, in dollars. Reading it by the Internet costs nothing. */
  storedGb: 0.015,
} as const;

/** What the plan of this migration says that AWS costs, in dollars a month. */
export const awsBefore = [
  ["ECS Fargate, three workers", 150],
  ["RDS PostgreSQL", 200],
  ["S3", 100],
  ["CloudFront and traffic out", 250],
  ["Application Load Balancer", 30],
  ["ElastiCache", 70],
] as const;
