import { expect } from "chai";
import type { AssetsCdnArgs, WriterArgs } from "../../../components/cdn/args.ts";
import type { PriceClass } from "../../../components/shared/names.ts";
import { isSecret, valueOf } from "../../support/outputs.ts";
import { ACCOUNT, CdnUnderTest, ROLE_ARN } from "./cdnUnderTest.ts";

describe("AssetsCdn: outputs and refusals", () => {
  const cdn = new CdnUnderTest();

  it("says what the application needs, and holds no secret", async () => {
    const component = cdn.build({ redirectUploads: true });
    const topic = (id: string) => `arn:aws:mock:us-east-1:${ACCOUNT}:cdn-${id}-topic`;
    const expected: Record<string, unknown> = {
      bucket: "acme-public-assets",
      archiveBucket: "acme-public-assets-archive",
      logBucket: "acme-public-assets-logs",
      distributionId: "cdn-distribution-id",
      distributionDomain: "d1.cloudfront.net",
      writerRoleArn: ROLE_ARN,
      oldPathsArn: `arn:aws:mock:us-east-1:${ACCOUNT}:cdn-old-paths`,
      alarmTopicArns: [topic("cdn"), topic("uploads")],
      url: "https://cdn.acme.example",
      environment: {
        CDN_URL: "https://cdn.acme.example",
        S3_PUBLIC_REGION: "ca-central-1",
        S3_PUBLIC_BUCKET: "acme-public-assets",
      },
      contentSecurityPolicy: "img-src 'self' data: https://cdn.acme.example",
    };
    for (const [name, value] of Object.entries(expected)) {
      const output = component[name as keyof typeof component] as unknown;
      expect(await valueOf(output), name).to.deep.equal(value);
      expect(await isSecret(output), name).to.equal(false);
    }
  });

  it("names one topic where there is one", async () => {
    const { alarmTopicArns } = cdn.build({ region: "us-east-1" });
    expect(await valueOf(alarmTopicArns)).to.have.length(1);
  });

  describe("refuses at once", () => {
    const elsewhere = `arn:aws:acm:ca-central-1:${ACCOUNT}:certificate/00000000-0000-0000-0000-000000000000`;
    const topicsIn = (region: string) => ({
      alarms: { topicArns: [`arn:aws:sns:${region}:${ACCOUNT}:ops`] },
    });
    const cases: { what: string; changes: Partial<AssetsCdnArgs>; error: RegExp }[] = [
      {
        what: "a region that is none",
        changes: { region: "canada" },
        error: /`region` must be a region's name, such as "us-east-1", but is "canada"/,
      },
      ...["Acme", "a.b", "xn--acme", "acme-s3alias", "ab", "a".repeat(56), "-acme", "acme-"].map(
        (bucket) => ({
          what: `the bucket name ${bucket}`,
          changes: { bucket },
          error: /`bucket` must have 3 to 55 small letters, digits and hyphens/,
        }),
      ),
      {
        what: "a domain that is none",
        changes: { domain: "cdn" },
        error: /`domain` must be a full domain name in small letters/,
      },
      {
        what: "a domain outside the zone",
        changes: { domain: "cdn.notacme.example" },
        error: /`domain` must be in the zone "acme\.example", but is "cdn\.notacme\.example"/,
      },
      {
        what: "a zone's name instead of its id",
        changes: { zone: { id: "acme.example", name: "acme.example" } },
        error: /`zone\.id` must be a hosted zone's id/,
      },
      {
        what: "a certificate of another region",
        changes: { certificate: { existing: elsewhere } },
        error:
          /`certificate\.existing` must be the ARN of a certificate in us-east-1.*request it there/,
      },
      {
        what: "a role's name instead of its ARN",
        changes: { writer: { role: { existing: "acme-tasks" } } },
        error: /`writer\.role\.existing` must be a role's ARN/,
      },
      {
        what: "a service that applications do not run on",
        changes: {
          writer: { role: { create: true }, service: "s3.amazonaws.com" } as unknown as WriterArgs,
        },
        error: /`writer\.service` must be one of ecs-tasks\.amazonaws\.com/,
      },
      {
        what: "a price class that is none",
        changes: { priceClass: "cheap" as PriceClass },
        error: /`priceClass` must be one of PriceClass_100, PriceClass_200, PriceClass_All/,
      },
      {
        what: "a page's address with a path",
        changes: { cors: { origins: ["https://www.acme.example/"] } },
        error: /`cors\.origins` must be addresses without a path/,
      },
      ...(
        ["oldVersionDays", "coldAfterDays", "thumbnailDays", "archiveDays", "logDays"] as const
      ).map((name) => ({
        what: `${name} below a day`,
        changes: { [name]: 0 },
        error: new RegExp(`\`${name}\` must be a whole number of days from 1 to 3650, but is 0`),
      })),
      {
        what: "topics without one in us-east-1",
        changes: topicsIn("ca-central-1"),
        error: /`alarms\.topicArns` must name a topic in us-east-1/,
      },
      {
        what: "topics without one in the stack's region",
        changes: topicsIn("us-east-1"),
        error: /`alarms\.topicArns` must name a topic in ca-central-1/,
      },
      {
        what: "what is no topic",
        changes: { alarms: { topicArns: ["ops"] } },
        error: /`alarms\.topicArns` must be ARNs of SNS topics, but one is "ops"/,
      },
    ];
    for (const { what, changes, error } of cases) {
      it(what, () => expect(() => cdn.build(changes)).to.throw(error));
    }

    it("everything that is wrong together", () => {
      const build = () => cdn.build({ bucket: "A", domain: "b" });
      expect(build).to.throw(/`bucket`(.|\n)*`domain` must be a full(.|\n)*`domain` must be in/);
    });
  });
});
