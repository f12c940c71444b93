import * as pulumi from "@pulumi/pulumi";
import { Certificate } from "@pulumi/aws/acm/certificate.js";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation.js";
import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import { EDGE_REGION } from "./names.ts";
import type { Whole } from "./whole.ts";

/** A new certificate, validated by a record in the zone, or the ARN of one in us-east-1. */
export type CertificateChoice =
  | { readonly create: true; readonly existing?: never }
  | { readonly existing: string; readonly create?: never };

/** Seconds for which the answer of the validating record may be kept. */
const VALIDATION_TTL = 300;

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
  // One name is one record. It stays, since the service renews the certificate by it.
  const proof = created.domainValidationOptions.apply(([first]) => first!);
  const record = new DnsRecord(
    `${name}-certificate-record`,
    {
      zoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType.apply((type) => type as "CNAME"),
      records: [proof.resourceRecordValue],
      ttl: VALIDATION_TTL,
      // The same name always asks for the same record, also when an earlier certificate has left it.
      allowOverwrite: true,
    },
    { parent },
  );
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
