import { expect } from "chai";
import type { AssetsCdnArgs } from "../../../components/cdn/args.ts";
import type { AssetsCdn } from "../../../components/cdn/assetsCdn.ts";
import { MockCloud } from "../../support/mocks.ts";
import type { Declared } from "../../support/mocks.ts";

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

const declarations = new Map<string, Promise<readonly Declared[]>>();

/** Lets the tests of a suite build the component, with a cloud of its own. */
export class CdnUnderTest {
  readonly cloud = new MockCloud();
  #component: typeof AssetsCdn | undefined;

  /** Call it in a suite, outside its tests. */
  constructor() {
    before(async () => {
      await this.cloud.install();
      const module = await import("../../../components/cdn/assetsCdn.ts");
      this.#component = module.AssetsCdn;
    });
    beforeEach(() => {
      this.cloud.reset();
      answerForCdn(this.cloud);
    });
  }

  build(changes: Partial<AssetsCdnArgs> = {}): AssetsCdn {
    const opts = { transformations: [this.cloud.watch] };
    return new this.#component!("cdn", { ...baseArgs, ...changes }, opts);
  }

  /** What is declared with these changes: once for all suites, since it is some fifty resources. */
  declare(changes: Partial<AssetsCdnArgs> = {}): Promise<readonly Declared[]> {
    const key = JSON.stringify(changes);
    const known = declarations.get(key);
    if (known) return known;
    this.build(changes);
    const declared = this.cloud.declared();
    declarations.set(key, declared);
    return declared;
  }

  /** The one child of that name. */
  async child(name: string, changes: Partial<AssetsCdnArgs> = {}): Promise<Declared> {
    const found = (await this.declare(changes)).filter((resource) => resource.name === name);
    expect(found, name).to.have.length(1);
    return found[0]!;
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
