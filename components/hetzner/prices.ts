/**
 * List prices a month without VAT: machines with their IPv4 address, load balancers and volumes in euros, at Hetzner's
 * places in Germany and Finland; R2 in dollars, from developers.cloudflare.com/r2/pricing.
 *
 * Hetzner's are those since its changes of April and June 2026: github.com/mixxor/eu-cloud-prices, `prices/hetzner.json`
 * of 2026-08-17, less the 19 % of VAT that it has in them. What Hetzner's own API told others on 2026-07-24 is the same.
 */
export const hetznerPrices = {
  asOf: "2026-08-17",
  /** The European Central Bank's reference rate of 28 October 2026: www.ecb.europa.eu. */
  dollarsForEuro: 1.1133,
  servers: {
    cx23: 5.99,
    cx33: 8.99,
    cx43: 16.49,
    cx53: 29.99,
    cpx12: 11.99,
    cpx22: 19.99,
    cpx32: 35.99,
    cpx42: 69.99,
    cpx52: 100.99,
    cpx62: 130.49,
    ccx13: 43.49,
    ccx23: 86.49,
    ccx33: 138.99,
    ccx43: 276.49,
    ccx53: 533.99,
    ccx63: 853.99,
  } as Readonly<Record<string, number>>,
  /** The larger ones are of 2025-06-01, since nobody has told their newer price. */
  loadBalancers: { lb11: 7.49, lb21: 16.4, lb31: 32.9 },
  /** A GB of a volume. */
  volumeGb: 0.0572,
  /** A GB stored in R2, in dollars, as of 2025-06-01. Reading it by the Internet costs nothing. */
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
