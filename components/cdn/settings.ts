import { z } from "zod";
import { amount, choice, oneOf, percent, text } from "../config/fields.ts";
import { priceClasses } from "../shared/names.ts";
import { alarms, days, domain, edgeCertificate, zone } from "../shared/settings.ts";
import { cdnDefaults } from "./defaults.ts";
import { BUCKET_NAME, ROLE_ARN, WEB_ORIGIN, writerServices } from "./names.ts";

const role = oneOf({
  existing: text(ROLE_ARN, "a role's ARN", "arn:aws:iam::123456789012:role/acme-tasks"),
  create: z.literal(true).meta({ example: true }),
});

const thresholds = z.strictObject({
  uploadFailurePercent: percent(5).optional(),
  uploadP95Seconds: amount(5).optional(),
  errorPercent: percent(5).optional(),
  originErrorPercent: percent(5).optional(),
  hitRatePercent: percent(5).optional(),
});

/** Settings of the target `cdn`: `godwit:cdn`. */
export const cdnSchema = z.strictObject({
  domain: domain("cdn.acme.example"),
  zone,
  bucket: text(
    BUCKET_NAME,
    "a bucket's name of 3 to 55 small letters, digits and hyphens, without what S3 keeps for itself",
    "acme-public-assets",
  ),
  certificate: edgeCertificate,
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
