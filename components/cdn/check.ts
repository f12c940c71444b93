import type { AssetsCdnArgs } from "./args.ts";
import {
  DOMAIN_NAME,
  EDGE_CERTIFICATE_ARN,
  EDGE_REGION,
  isInZone,
  priceClasses,
  REGION,
  regionOf,
  TOPIC_ARN,
  ZONE_ID,
} from "../shared/names.ts";
import { BUCKET_NAME, ROLE_ARN, WEB_ORIGIN, writerServices } from "./names.ts";

/**
 * Refuses, before anything is declared, what the services would refuse half-way.
 *
 * @throws Error with everything that is wrong, a line each
 */
export function checkArgs(args: AssetsCdnArgs): void {
  const wrong = [...names(args), ...writer(args), ...days(args), ...receivers(args)];
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}

function* names(args: AssetsCdnArgs): Iterable<string> {
  const { region, bucket, domain, zone, certificate, priceClass, cors } = args;
  if (!REGION.test(region)) {
    yield `\`region\` must be a region's name, such as "us-east-1", but is "${region}".`;
  }
  if (!BUCKET_NAME.test(bucket)) {
    yield `\`bucket\` must have 3 to 55 small letters, digits and hyphens, begin and end with a letter or digit, and none of the prefixes and suffixes that S3 keeps for itself, but is "${bucket}".`;
  }
  if (!DOMAIN_NAME.test(domain)) {
    yield `\`domain\` must be a full domain name in small letters, at most 64, such as "cdn.acme.example", but is "${domain}".`;
  }
  if (!ZONE_ID.test(zone.id)) {
    yield `\`zone.id\` must be a hosted zone's id, such as "Z0123456789ABCDEFGHIJ", but is "${zone.id}".`;
  }
  if (!isInZone(domain, zone.name)) {
    yield `\`domain\` must be in the zone "${zone.name}", but is "${domain}": the record that leads to the CDN is made there.`;
  }
  if (certificate.existing !== undefined && !EDGE_CERTIFICATE_ARN.test(certificate.existing)) {
    yield `\`certificate.existing\` must be the ARN of a certificate in ${EDGE_REGION}, where CloudFront takes them from, but is "${certificate.existing}"; request it there, or take \`create: true\`.`;
  }
  if (priceClass !== undefined && !priceClasses.includes(priceClass)) {
    yield `\`priceClass\` must be one of ${priceClasses.join(", ")}, but is "${String(priceClass)}".`;
  }
  for (const origin of cors?.origins ?? []) {
    if (!WEB_ORIGIN.test(origin)) {
      yield `\`cors.origins\` must be addresses without a path, such as "https://www.acme.example", but one is "${origin}".`;
    }
  }
}

function* writer({ writer: { role, service } }: AssetsCdnArgs): Iterable<string> {
  const { existing } = role;
  if (existing !== undefined && !ROLE_ARN.test(existing)) {
    yield `\`writer.role.existing\` must be a role's ARN, such as "arn:aws:iam::123456789012:role/acme-tasks", but is "${existing}".`;
  }
  if (service !== undefined && !writerServices.includes(service)) {
    yield `\`writer.service\` must be one of ${writerServices.join(", ")}, but is "${String(service)}".`;
  }
}

const MIN_DAYS = 1;
const MAX_DAYS = 3650;

function* days(args: AssetsCdnArgs): Iterable<string> {
  const given = [
    "oldVersionDays",
    "coldAfterDays",
    "thumbnailDays",
    "archiveDays",
    "logDays",
  ] as const;
  for (const name of given) {
    const value = args[name];
    if (value === undefined || isWholeBetween(value, MIN_DAYS, MAX_DAYS)) continue;
    yield `\`${name}\` must be a whole number of days from ${MIN_DAYS} to ${MAX_DAYS}, but is ${value}.`;
  }
}

function isWholeBetween(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function* receivers({ region, alarms: { topicArns } }: AssetsCdnArgs): Iterable<string> {
  if (topicArns === undefined) return;
  for (const arn of topicArns) {
    if (!TOPIC_ARN.test(arn)) {
      yield `\`alarms.topicArns\` must be ARNs of SNS topics, but one is "${arn}".`;
    }
  }
  for (const needed of new Set([EDGE_REGION, region])) {
    if (topicArns.some((arn) => regionOf(arn) === needed)) continue;
    yield `\`alarms.topicArns\` must name a topic in ${needed}, since an alarm there can tell no other; CDN alarms are in ${EDGE_REGION}, those of uploads in ${region}.`;
  }
}
