import { createHash, randomUUID } from "node:crypto";
import { text } from "../properties.ts";
import { AwsError, type Part, type Properties, type World } from "../world.ts";
import { keptKind } from "./keptKind.ts";
import type { PublicZones } from "./publicZones.ts";

/** Where CloudFront looks for certificates. */
const EDGE_REGION = "us-east-1";

export interface Certificates extends Part {
  /** Throws what CloudFront answers to a certificate that it cannot serve these names with. */
  assertServes(arn: string, names: readonly string[]): void;
}

/** Certificates that are issued once the record that proves the name is in its zone. */
export function createAcm({ account }: World, zones: PublicZones): Certificates {
  const issued = new Set<string>();
  const certificates = keptKind({
    type: "aws:acm/certificate:Certificate",
    replaceOn: ["domainName", "keyAlgorithm", "subjectAlternativeNames", "validationMethod"],
    actions: { create: "acm:RequestCertificate", delete: "acm:DeleteCertificate" },
    make(inputs) {
      const region = text(inputs, "region") ?? account.region;
      const arn = `arn:aws:acm:${region}:${account.id}:certificate/${randomUUID()}`;
      return { id: arn, outputs: { arn, ...pending(text(inputs, "domainName") ?? "", arn) } };
    },
    remove: (arn) => void issued.delete(arn),
  });
  const validations = keptKind({
    type: "aws:acm/certificateValidation:CertificateValidation",
    replaceOn: ["certificateArn", "validationRecordFqdns"],
    actions: { create: "acm:DescribeCertificate" },
    make(inputs) {
      const arn = text(inputs, "certificateArn") ?? "";
      const [proof] = proofsOf(certificates.resources.get(arn));
      if (!proof || !zones.has(proof.resourceRecordName, proof.resourceRecordType)) {
        throw new AwsError(
          "PendingValidation",
          `Certificate ${arn} is not issued: the record that proves its name is in no zone.`,
        );
      }
      issued.add(arn);
      return { id: arn, outputs: {} };
    },
  });
  return {
    kinds: [certificates.kind, validations.kind],
    assertServes(arn, names) {
      const domain = text(certificates.resources.get(arn) ?? {}, "domainName");
      const served = arn.split(":")[3] === EDGE_REGION && issued.has(arn);
      if (served && names.every((name) => name === domain)) return;
      throw new AwsError(
        "InvalidViewerCertificate",
        "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.",
      );
    },
  };
}

interface Proof {
  readonly domainName: string;
  readonly resourceRecordName: string;
  readonly resourceRecordType: string;
  readonly resourceRecordValue: string;
}

function proofsOf(certificate: Properties | undefined): readonly Proof[] {
  return (certificate?.["domainValidationOptions"] as Proof[] | undefined) ?? [];
}

/** The record's name depends on account and domain only: a second certificate of the name asks for the same. */
function pending(domainName: string, arn: string): Properties {
  const [owner, secret] = [domainName, arn].map((of) =>
    createHash("sha256").update(of).digest("hex").slice(0, 32),
  );
  const proof: Proof = {
    domainName,
    resourceRecordName: `_${owner}.${domainName}.`,
    resourceRecordType: "CNAME",
    resourceRecordValue: `_${secret}.acm-validations.aws.`,
  };
  return {
    domainValidationOptions: [proof],
    keyAlgorithm: "RSA_2048",
    notAfter: "",
    notBefore: "",
    pendingRenewal: false,
    renewalEligibility: "INELIGIBLE",
    renewalSummaries: [],
    status: "PENDING_VALIDATION",
    subjectAlternativeNames: [domainName],
    type: "AMAZON_ISSUED",
    validationEmails: [],
  };
}
