import { z } from "zod";
import { oneOf, text, whole } from "../config/fields.ts";
import {
  DOMAIN_NAME,
  EDGE_CERTIFICATE_ARN,
  EDGE_REGION,
  EMAIL_ADDRESS,
  TOPIC_ARN,
  ZONE_ID,
} from "./names.ts";

/* Fields that the settings of several targets have. */

const MAX_DAYS = 3650;

export const days = (example: number) => whole(1, MAX_DAYS, example);

export const domain = (example: string) =>
  text(DOMAIN_NAME, "a full domain name in small letters, at most 64", example);

export const email = (example: string) => text(EMAIL_ADDRESS, "an e-mail address", example);

/** The zone that a domain is in. */
export const zone = z.strictObject({
  id: text(ZONE_ID, "a hosted zone's id", "Z0123456789ABCDEFGHIJ"),
  name: domain("acme.example"),
});

export const edgeCertificate = oneOf({
  create: z.literal(true).meta({ example: true }),
  existing: text(
    EDGE_CERTIFICATE_ARN,
    `the ARN of a certificate in ${EDGE_REGION}, where CloudFront takes them from`,
    "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
  ),
});

/** Who is told of alarms; topics of both regions that have some. */
export const alarms = oneOf({
  email: email("ops@acme.example"),
  topicArns: z
    .array(text(TOPIC_ARN, "the ARN of an SNS topic", "arn:aws:sns:us-east-1:123456789012:ops"))
    .min(1, "must name at least one topic"),
});
