import * as pulumi from "@pulumi/pulumi";
import { Certificate } from "@pulumi/aws/acm/certificate.js";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation.js";
import { createProofRecord } from "../../shared/certificateProof.ts";
import { named } from "../whole.ts";
import type { HipaaWhole } from "../whole.ts";

/** The certificate that users see; for a new one there must be a domain. */
export interface CertificateChoice {
  /** A new one, proved by a record in the zone or by a mail to the domain's owner. */
  readonly create?: { readonly validation: "DNS" | "EMAIL" } | undefined;
  /** ARN of one in the stack's region. */
  readonly existing?: string | undefined;
  /** One that was bought elsewhere, in PEM. It is renewed by hand. */
  readonly import?:
    | {
        readonly certificate: string;
        readonly privateKey: pulumi.Input<string>;
        readonly chain?: string | undefined;
      }
    | undefined;
}

interface Named {
  readonly name: string;
  readonly zoneId: pulumi.Input<string>;
}

/** ARN of a certificate that is valid. */
export function resolveCertificate(
  whole: HipaaWhole,
  choice: CertificateChoice,
  domain: Named | undefined,
): pulumi.Output<string> {
  if (choice.existing !== undefined) return pulumi.output(choice.existing);
  if (choice.import !== undefined) return importCertificate(whole, choice.import);
  if (choice.create === undefined || domain === undefined) {
    throw new Error("`domain` must be provided: the certificate that is created is for its name.");
  }
  return requestCertificate(whole, choice.create.validation, domain);
}

function importCertificate(
  whole: HipaaWhole,
  { certificate, privateKey, chain }: NonNullable<CertificateChoice["import"]>,
): pulumi.Output<string> {
  return new Certificate(
    `${whole.name}-certificate`,
    {
      certificateBody: certificate,
      privateKey: pulumi.secret(privateKey),
      ...(chain !== undefined && { certificateChain: chain }),
      tags: named(whole, "certificate"),
    },
    { parent: whole.parent },
  ).arn;
}

function requestCertificate(
  whole: HipaaWhole,
  validationMethod: "DNS" | "EMAIL",
  domain: Named,
): pulumi.Output<string> {
  const { name, parent } = whole;
  const created = new Certificate(
    `${name}-certificate`,
    { domainName: domain.name, validationMethod, tags: named(whole, "certificate") },
    { parent },
  );
  const validationRecordFqdns =
    validationMethod === "DNS"
      ? [createProofRecord(whole, created, domain.zoneId).fqdn]
      : undefined;
  // Waits until it is issued: by mail, until the domain's owner has followed the link.
  return new CertificateValidation(
    `${name}-certificate-validation`,
    {
      certificateArn: created.arn,
      ...(validationRecordFqdns && { validationRecordFqdns }),
    },
    { parent },
  ).certificateArn;
}
