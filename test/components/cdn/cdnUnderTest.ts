import type { AssetsCdnArgs } from "../../../components/cdn/args.ts";
import type { AssetsCdn } from "../../../components/cdn/assetsCdn.ts";
import type { MockCloud } from "../../support/mocks.ts";
import { ComponentUnderTest } from "../componentUnderTest.ts";

export const ACCOUNT = "123456789012";
export const DISTRIBUTION_ARN = `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`;
export const CERTIFICATE_ARN = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/00000000-0000-0000-0000-000000000000`;
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/acme-tasks`;
export const TAGS = {
  application: "acme",
  environment: "test",
  "managed-by": "godwit",
  "data-class": "public",
};

export const baseArgs: AssetsCdnArgs = {
  app: "acme",
  environment: "test",
  dataClass: "public",
  region: "ca-central-1",
  domain: "cdn.acme.example",
  zone: { id: "Z0ACME", name: "acme.example" },
  bucket: "acme-public-assets",
  certificate: { create: true },
  writer: { role: { existing: ROLE_ARN } },
  alarms: { email: "ops@acme.example" },
};

/** A trust policy with these principals. */
export function trustPolicy(Principal: unknown): string {
  return JSON.stringify({ Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }] });
}

const certificateState = () => ({
  arn: `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/new`,
  domainValidationOptions: [
    {
      resourceRecordName: "_proof.cdn.acme.example.",
      resourceRecordType: "CNAME",
      resourceRecordValue: "_secret.acm-validations.aws.",
    },
  ],
});

/** Lets the tests of a suite build the component, with a cloud of its own. */
export class CdnUnderTest extends ComponentUnderTest<AssetsCdn, AssetsCdnArgs> {
  constructor() {
    super({
      name: "cdn",
      load: async () => (await import("../../../components/cdn/assetsCdn.ts")).AssetsCdn,
      args: () => baseArgs,
      answer: answerForCdn,
    });
  }
}

/** What the cloud says to a CDN whose zone, role and certificate are right. */
export function answerForCdn({ answers, states }: MockCloud): void {
  answers["aws:route53/getZone:getZone"] = { name: "acme.example", privateZone: false };
  const assumeRolePolicy = trustPolicy({ Service: "ecs-tasks.amazonaws.com" });
  answers["aws:iam/getRole:getRole"] = { name: "acme-tasks", arn: ROLE_ARN, assumeRolePolicy };
  states["aws:acm/certificate:Certificate"] = certificateState;
  states["aws:s3/bucket:Bucket"] = ({ bucket }) => ({
    arn: `arn:aws:s3:::${String(bucket)}`,
    bucketRegionalDomainName: `${String(bucket)}.s3.ca-central-1.amazonaws.com`,
  });
  states["aws:cloudfront/distribution:Distribution"] = () => ({
    arn: DISTRIBUTION_ARN,
    domainName: "d1.cloudfront.net",
    hostedZoneId: "Z2FDTNDATAQYW2",
  });
}
