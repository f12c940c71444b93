/** Where CloudFront takes its certificates from, and where its metrics and log sources are. */
export const EDGE_REGION = "us-east-1";

/** How far from home the files are delivered from; fewer edges cost less a GB. */
export const priceClasses = ["PriceClass_100", "PriceClass_200", "PriceClass_All"] as const;
export type PriceClass = (typeof priceClasses)[number];

/** A full name that a certificate can be issued for: its common name holds 64 letters. */
export const DOMAIN_NAME = /^(?=.{4,64}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;

export const ZONE_ID = /^Z[A-Z0-9]{1,31}$/;

export const EDGE_CERTIFICATE_ARN = new RegExp(
  `^arn:aws:acm:${EDGE_REGION}:\\d{12}:certificate/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`,
);

export const TOPIC_ARN = /^arn:aws:sns:[a-z]{2}(?:-[a-z]+)+-\d:\d{12}:[\w-]{1,256}$/;

export const EMAIL_ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** Whether a name is the zone's own or one below it. */
export function isInZone(domain: string, zoneName: string): boolean {
  return domain === zoneName || domain.endsWith(`.${zoneName}`);
}

export function regionOf(arn: string): string {
  return arn.split(":")[3]!;
}
