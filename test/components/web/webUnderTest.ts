import type { WebAppArgs } from "../../../components/web/args.ts";
import type { WebApp } from "../../../components/web/webApp.ts";
import type { Declared, MockCloud } from "../../support/mocks.ts";
import { ComponentUnderTest } from "../componentUnderTest.ts";

export const ACCOUNT = "123456789012";
export const DISTRIBUTION_ARN = `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`;
export const TAGS = {
  application: "acme",
  environment: "test",
  "managed-by": "godwit",
  "data-class": "confidential",
};

export const baseArgs: WebAppArgs = {
  app: "acme",
  environment: "test",
  dataClass: "confidential",
  region: "us-east-1",
  domain: "tickets.acme.example",
  zone: { id: "Z0ACME", name: "acme.example" },
  bucket: "acme-tickets",
  certificate: { create: true },
  alarms: { email: "ops@acme.example" },
};

/** With everything that can be asked for. */
export const fullArgs: WebAppArgs = {
  ...baseArgs,
  mail: { from: "support@tickets.acme.example" },
  database: { engine: "postgres" },
};

/** Lets the tests of a suite build the component, with a cloud of its own. */
export class WebUnderTest extends ComponentUnderTest<WebApp, WebAppArgs> {
  constructor() {
    super({
      name: "web",
      load: async () => (await import("../../../components/web/webApp.ts")).WebApp,
      args: () => fullArgs,
      answer: answerForWeb,
    });
  }

  /** The inputs of the one child of that name. */
  async inputs(name: string, changes: Partial<WebAppArgs> = {}): Promise<Declared["inputs"]> {
    return (await this.child(name, changes)).inputs;
  }
}

/** What the cloud says to a web application whose zone is right. */
export function answerForWeb({ answers, states }: MockCloud): void {
  answers["aws:route53/getZone:getZone"] = { name: "acme.example", privateZone: false };
  answers["aws:index/getAvailabilityZones:getAvailabilityZones"] = {
    names: ["us-east-1b", "us-east-1a", "us-east-1c"],
  };
  states["aws:acm/certificate:Certificate"] = () => ({
    arn: `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/new`,
    domainValidationOptions: [
      { resourceRecordName: "_proof", resourceRecordType: "CNAME", resourceRecordValue: "_value" },
    ],
  });
  states["aws:s3/bucket:Bucket"] = ({ bucket }) => ({
    arn: `arn:aws:s3:::${String(bucket)}`,
    bucketRegionalDomainName: `${String(bucket)}.s3.us-east-1.amazonaws.com`,
  });
  states["aws:cloudfront/distribution:Distribution"] = () => ({
    arn: DISTRIBUTION_ARN,
    domainName: "d1.cloudfront.net",
    hostedZoneId: "Z2FDTNDATAQYW2",
  });
  states["aws:sesv2/emailIdentity:EmailIdentity"] = ({ emailIdentity }) => ({
    arn: `arn:aws:ses:us-east-1:${ACCOUNT}:identity/${String(emailIdentity)}`,
    dkimSigningAttributes: { tokens: ["one", "two", "three"] },
  });
  states["aws:rds/instance:Instance"] = () => ({
    address: "database.test",
    masterUserSecrets: [{ secretArn: `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:rds!db` }],
  });
  states["aws:ec2/eip:Eip"] = () => ({ publicIp: "203.0.113.7" });
}
