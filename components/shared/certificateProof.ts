import type * as pulumi from "@pulumi/pulumi";
import type { Certificate } from "@pulumi/aws/acm/certificate.js";
import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import type { Whole } from "./whole.ts";

/** Seconds for which the answer may be kept. */
const TTL = 300;

/** The record by which a certificate of one name is validated. It stays, since the service renews the certificate by it. */
export function createProofRecord(
  { name, parent }: Pick<Whole, "name" | "parent">,
  certificate: Certificate,
  zoneId: pulumi.Input<string>,
): DnsRecord {
  // One name is one record.
  const proof = certificate.domainValidationOptions.apply(([first]) => first!);
  return new DnsRecord(
    `${name}-certificate-record`,
    {
      zoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType.apply((type) => type as "CNAME"),
      records: [proof.resourceRecordValue],
      ttl: TTL,
      // The same name always asks for the same record, also when an earlier certificate has left it.
      allowOverwrite: true,
    },
    { parent },
  );
}
