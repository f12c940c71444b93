import { z } from "zod";
import { choice, oneOf, text, whole } from "../config/fields.ts";
import { cdnDefaults } from "./defaults.ts";
import {
  DOMAIN_NAME,
  EDGE_CERTIFICATE_ARN,
  EDGE_REGION,
  EMAIL_ADDRESS,
  priceClasses,
  TOPIC_ARN,
  ZONE_ID,
} from "../shared/names.ts";
import { BUCKET_NAME, ROLE_ARN, WEB_ORIGIN, writerServices } from "./names.ts";

const MAX_DAYS = 3650;
const days = (example: number) => whole(1, MAX_DAYS, example);

const percent = z
  .number()
  .min(0, "must be from 0 to 100")
  .max(100, "must be from 0 to 100")
  .meta({ example: 5 });
const amount = (example: number) => z.number().min(0, "must not be negative").meta({ example });

const domain = (example: string) =>
  text(DOMAIN_NAME, "a full domain name in small letters, at most 64", example);

const certificate = oneOf({
  create: z.literal(true).meta({ example: true }),
  existing: text(
    EDGE_CERTIFICATE_ARN,
    `the ARN of a certificate in ${EDGE_REGION}, where CloudFront takes them from`,
    "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
  ),
});

const role = oneOf({
  existing: text(ROLE_ARN, "a role's ARN", "arn:aws:iam::123456789012:role/acme-tasks"),
  create: z.literal(true).meta({ example: true }),
});

const alarms = oneOf({
  email: text(EMAIL_ADDRESS, "an e-mail address", "ops@acme.example"),
  topicArns: z
    .array(text(TOPIC_ARN, "the ARN of an SNS topic", "arn:aws:sns:us-east-1:123456789012:ops"))
    .min(1, "must name at least one topic"),
});

const thresholds = z.strictObject({
  uploadFailurePercent: percent.optional(),
  uploadP95Seconds: amount(5).optional(),
  errorPercent: percent.optional(),
  originErrorPercent: percent.optional(),
  hitRatePercent: percent.optional(),
});

/** Settings of the target `cdn`: `godwit:cdn`. */
export const cdnSchema = z.strictObject({
  domain: domain("cdn.acme.example"),
  zone: z.strictObject({
    id: text(ZONE_ID, "a hosted zone's id", "Z0123456789ABCDEFGHIJ"),
    name: domain("acme.example"),
  }),
  bucket: text(
    BUCKET_NAME,
    "a bucket's name of 3 to 55 small letters, digits and hyphens, without what S3 keeps for itself",
    "acme-public-assets",
  ),
  certificate,
  writer: z.strictObject({
    role,
    /** What the application runs on. */
    service: choice(writerServices, writerServices[0]).default(writerServices[0]),
  }),
  priceClass: choice(priceClasses, cdnDefaults.priceClass).default(cdnDefaults.priceClass),
  cors: z
    .strictObject({
      origins: z
        .array(text(WEB_ORIGIN, "an address without a path", "https://www.acme.example"))
        .min(1, "must name at least one address"),
    })
    .optional(),
  redirectUploads: z.boolean().default(false),
  oldVersionDays: days(30).default(cdnDefaults.oldVersionDays),
  coldAfterDays: days(180).optional(),
  thumbnailDays: days(365).optional(),
  archiveDays: days(365).default(cdnDefaults.archiveDays),
  logDays: days(90).default(cdnDefaults.logDays),
  alarms,
  thresholds: thresholds.default({}),
  /** How much is stored and asked for in a month, for the estimate of the cost. */
  usage: z
    .strictObject({
      storedGb: amount(0.5).optional(),
      deliveredGb: amount(5).optional(),
      requests: amount(10_000).optional(),
      uploads: amount(100).optional(),
    })
    .default({}),
});

export type CdnSettings = z.output<typeof cdnSchema>;
