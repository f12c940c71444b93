import { expect } from "chai";
import type { Problem } from "../../../components/config.ts";
import { problemsOf, redisSettings } from "../settings.ts";
import type { RawSettings } from "../settings.ts";
import { parseWeb, rawWeb, rawWebStack } from "./settings.ts";
import { WebUnderTest } from "./webUnderTest.ts";

describe("settings of a stack of target web", () => {
  it("are filled up with the defaults", () => {
    const { stage, web } = parseWeb(rawWebStack());
    expect(stage).to.equal("prepare");
    expect(web).to.deep.include({
      network: { create: { cidr: "10.40.0.0/24" } },
      instanceType: "t3.micro",
      dataGiB: 5,
      port: 5000,
      script: "dist/app.js",
      healthPath: "/health",
      coldAfterDays: 180,
      backupDays: 30,
      logDays: 30,
    });
  });

  describe("that are wrong are refused by name, with a right example", () => {
    const subnetIds = (...ids: string[]) => ({ network: { existing: { subnetIds: ids } } });
    const cidr = (text: string) => ({ network: { create: { cidr: text } } });
    const wrongCidr = (text: string, wrong: string) => ({
      what: `the network ${text}`,
      raw: rawWeb(cidr(text)),
      problem: { key: "godwit:web.network.create.cidr", wrong, example: "10.40.0.0/24" },
    });
    const cases: { what: string; raw: RawSettings; problem: Partial<Problem> }[] = [
      {
        what: "settings of another target",
        raw: rawWebStack({ "godwit:redis": JSON.stringify(redisSettings) }),
        problem: { key: "godwit:redis" },
      },
      {
        what: "no region",
        raw: rawWebStack({ "aws:region": undefined }),
        problem: { key: "aws:region", example: "us-east-1" },
      },
      {
        what: "an unknown key",
        raw: rawWeb({ instancetype: "t3.micro" }),
        problem: { key: "godwit:web.instancetype" },
      },
      {
        what: "a domain outside the zone",
        raw: rawWeb({ domain: "tickets.other.example" }),
        problem: { key: "godwit:web.domain", example: "tickets.acme.example" },
      },
      {
        what: "a secret in plain text",
        raw: rawWeb({ database: { engine: "postgres", password: "hunter2hunter2" } }),
        problem: {
          key: "godwit:web.database.password",
          example: "pulumi config set --secret --path 'godwit:web.database.password'",
        },
      },
      {
        what: "a DMARC policy that there is not",
        raw: rawWeb({ mail: { from: "support@tickets.acme.example", dmarc: "block" } }),
        problem: { key: "godwit:web.mail.dmarc", example: "none" },
      },
      {
        what: "a sender outside the zone",
        raw: rawWeb({ mail: { from: "support@other.example" } }),
        problem: { key: "godwit:web.mail.from", example: "support@acme.example" },
      },
      {
        what: "one name for CDN and machine",
        raw: rawWeb({ apiDomain: "tickets.acme.example" }),
        problem: { key: "godwit:web.apiDomain", example: "api.tickets.acme.example" },
      },
      {
        what: "a certificate of another region",
        raw: rawWeb({
          certificate: {
            existing:
              "arn:aws:acm:ca-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
          },
        }),
        problem: { key: "godwit:web.certificate.existing" },
      },
      {
        what: "an illegal bucket name",
        raw: rawWeb({ bucket: "Acme_Tickets" }),
        problem: { key: "godwit:web.bucket", example: "acme-tickets" },
      },
      wrongCidr("10.40.0.0/28/1", "must be a range of IPv4 addresses, but is 10.40.0.0/28/1"),
      wrongCidr("10.0.0.0/8", "must have a prefix from /16 to /27, but is 10.0.0.0/8"),
      wrongCidr("10.40.0.0/28", "must have a prefix from /16 to /27, but is 10.40.0.0/28"),
      wrongCidr(
        "10.40.0.9/24",
        "must begin at its first address, 10.40.0.0/24, but is 10.40.0.9/24",
      ),
      {
        what: "a database in one zone",
        raw: rawWeb({ ...subnetIds("subnet-1"), database: { engine: "mysql" } }),
        problem: { key: "godwit:web.network.existing.subnetIds" },
      },
      {
        what: "a version that the engine does not have",
        raw: rawWeb({ database: { engine: "mysql", engineVersion: "16" } }),
        problem: {
          key: "godwit:web.database.engineVersion",
          wrong: "must be one of 8.0, 8.4 for mysql, but is 16",
          example: "8.4",
        },
      },
      {
        what: "days that CloudWatch does not take",
        raw: rawWeb({ logDays: 31 }),
        problem: { key: "godwit:web.logDays", example: "30" },
      },
      {
        what: "a script outside the release",
        raw: rawWeb({ script: "../app.js" }),
        problem: { key: "godwit:web.script", example: "dist/app.js" },
      },
      {
        what: "a path that nginx would read as its own",
        raw: rawWeb({ healthPath: "/health;{" }),
        problem: { key: "godwit:web.healthPath", example: "/health" },
      },
      {
        what: "the root as the place of health, which is the pages'",
        raw: rawWeb({ healthPath: "/" }),
        problem: { key: "godwit:web.healthPath", example: "/health" },
      },
      {
        what: "topics of another region",
        raw: rawWeb({ alarms: { topicArns: ["arn:aws:sns:eu-west-1:123456789012:ops"] } }),
        problem: {
          key: "godwit:web.alarms.topicArns",
          example: "[arn:aws:sns:us-east-1:123456789012:ops]",
        },
      },
    ];
    for (const { what, raw, problem } of cases) {
      it(what, () => {
        const found = problemsOf(raw).find(({ key }) => key === problem.key);
        expect(found).to.include(problem);
      });
    }
  });

  describe("hold for the component's arguments, too", () => {
    const web = new WebUnderTest();

    it("all at once, before anything is declared", () => {
      const network = { create: { cidr: "10.0.0.0/8" } } as const;
      expect(() => web.build({ region: "canada", domain: "tickets", network })).to.throw(
        new RegExp(
          [
            "`domain` must be a full domain name[^\n]*",
            "`network.create.cidr` must have a prefix from /16 to /27[^\n]*",
            "`domain` is not in the zone acme.example[^\n]*",
            "[^]*`region` must be a region's name",
          ].join("\n"),
        ),
      );
    });
  });
});
