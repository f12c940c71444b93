/** Where CloudFront takes its certificates from, and where its metrics and log sources are. */
export const EDGE_REGION = "us-east-1";

/** Services that an uploading application can run on. */
export const writerServices = [
  "ecs-tasks.amazonaws.com",
  "ec2.amazonaws.com",
  "lambda.amazonaws.com",
] as const;
export type WriterService = (typeof writerServices)[number];

/** How far from home the files are delivered from; fewer edges cost less a GB. */
export const priceClasses = ["PriceClass_100", "PriceClass_200", "PriceClass_All"] as const;
export type PriceClass = (typeof priceClasses)[number];

/** What S3 takes, without dots, which its certificate does not cover; with `-archive` it must fit into 63 letters. */
export const BUCKET_NAME =
  /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(?:-s3alias|--ol-s3|--x-s3|--table-s3)$)[a-z0-9][a-z0-9-]{1,53}[a-z0-9]$/;

/** A full name that a certificate can be issued for: its common name holds 64 letters. */
export const DOMAIN_NAME = /^(?=.{4,64}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;

export const ZONE_ID = /^Z[A-Z0-9]{1,31}$/;

export const EDGE_CERTIFICATE_ARN = new RegExp(
  `^arn:aws:acm:${EDGE_REGION}:\\d{12}:certificate/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`,
);

export const ROLE_ARN = /^arn:aws:iam::\d{12}:role\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;

export const TOPIC_ARN = /^arn:aws:sns:[a-z]{2}(?:-[a-z]+)+-\d:\d{12}:[\w-]{1,256}$/;

/** An origin as browsers send it: scheme and host, without a path. */
export const WEB_ORIGIN = /^https?:\/\/[a-z0-9][a-z0-9.-]*(?::\d{1,5})?$/;

export const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** Whether a name is the zone's own or one below it. */
export function isInZone(domain: string, zoneName: string): boolean {
  return domain === zoneName || domain.endsWith(`.${zoneName}`);
}

export function regionOf(arn: string): string {
  return arn.split(":")[3]!;
}
