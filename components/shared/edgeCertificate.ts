import * as pulumi from "@pulumi/pulumi";
import { Certificate } from "@pulumi/aws/acm/certificate.js";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation.js";
import { createProofRecord } from "./certificateProof.ts";
import { EDGE_REGION } from "./names.ts";
import type { Whole } from "./whole.ts";

/** A new certificate, validated by a record in the zone, or the ARN of one in us-east-1. */
export type CertificateChoice =
  | { readonly create: true; readonly existing?: never }
  | { readonly existing: string; readonly create?: never };

/** ARN of a certificate that is valid: the existing one, or a new one once it has been validated. */
export function resolveCertificate(
  whole: Whole,
  { certificate, domain }: { readonly certificate: CertificateChoice; readonly domain: string },
  zoneId: pulumi.Input<string>,
): pulumi.Output<string> {
  if (certificate.existing !== undefined) return pulumi.output(certificate.existing);
  const { name, parent, tags } = whole;
  const created = new Certificate(
    `${name}-certificate`,
    { domainName: domain, validationMethod: "DNS", region: EDGE_REGION, tags },
    { parent },
  );
  const record = createProofRecord(whole, created, zoneId);
  return new CertificateValidation(
    `${name}-certificate-validation`,
    {
      certificateArn: created.arn,
      validationRecordFqdns: [record.fqdn],
      region: EDGE_REGION,
    },
    { parent },
  ).certificateArn;
}
