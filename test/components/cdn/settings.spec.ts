import { expect } from "chai";
import { parseSettings, settingsOf, SettingsError } from "../../../components/config.ts";
import type { Problem } from "../../../components/config.ts";
import { problemsOf, rawSettings, redisSettings } from "../settings.ts";
import type { RawSettings } from "../settings.ts";
import { parseCdn, rawCdn, rawCdnStack } from "./settings.ts";

describe("settings of a stack of target cdn", () => {
  it("are filled up with the defaults", () => {
    const { stage, cdn } = parseCdn(rawCdnStack());
    expect(stage).to.equal("prepare");
    expect(cdn).to.deep.include({
      writer: {
        role: { existing: "arn:aws:iam::123456789012:role/acme-tasks" },
        service: "ecs-tasks.amazonaws.com",
      },
      priceClass: "PriceClass_100",
      redirectUploads: false,
      oldVersionDays: 30,
      archiveDays: 365,
      logDays: 90,
    });
  });

  it("are those of that target only", () => {
    const redis = parseSettings(rawSettings());
    expect(() => settingsOf("cdn", redis)).to.throw(
      SettingsError,
      "godwit:target is redis, but what is asked for needs a stack of target cdn. Right: cdn",
    );
  });

  describe("that are wrong are refused by name", () => {
    const certificate = {
      existing:
        "arn:aws:acm:ca-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
    };
    const cases: { what: string; raw: RawSettings; problem: Partial<Problem> }[] = [
      {
        what: "settings of another target",
        raw: rawCdnStack({ "godwit:redis": JSON.stringify(redisSettings) }),
        problem: {
          key: "godwit:redis",
          wrong:
            "belongs to target redis, but godwit:target is cdn; remove it, or correct the target",
        },
      },
      {
        what: "what a run of another target writes",
        raw: rawCdnStack({ "godwit:snapshot": "snap-1" }),
        problem: {
          key: "godwit:snapshot",
          wrong:
            "belongs to target redis, but godwit:target is cdn; remove it, or correct the target",
        },
      },
      {
        what: "none of its own target",
        raw: rawCdnStack({ "godwit:cdn": undefined }),
        problem: { key: "godwit:cdn", wrong: "is missing" },
      },
      {
        what: "no region",
        raw: rawCdnStack({ "aws:region": undefined }),
        problem: { key: "aws:region", example: "us-east-1" },
      },
      {
        what: "a domain outside the zone",
        raw: rawCdn({ domain: "cdn.other.example" }),
        problem: { key: "godwit:cdn.domain", example: "cdn.acme.example" },
      },
      {
        what: "a certificate of another region",
        raw: rawCdn({ certificate }),
        problem: { key: "godwit:cdn.certificate.existing" },
      },
      {
        what: "two certificates",
        raw: rawCdn({ certificate: { create: true, existing: "x" } }),
        problem: { key: "godwit:cdn.certificate.existing" },
      },
      {
        what: "an illegal bucket name",
        raw: rawCdn({ bucket: "Acme_Assets" }),
        problem: { key: "godwit:cdn.bucket", example: "acme-public-assets" },
      },
      {
        what: "a role's name instead of its ARN",
        raw: rawCdn({ writer: { role: { existing: "acme-tasks" } } }),
        problem: { key: "godwit:cdn.writer.role.existing" },
      },
      {
        what: "a misspelt price class",
        raw: rawCdn({ priceClass: "PriceClass_10" }),
        problem: {
          key: "godwit:cdn.priceClass",
          wrong:
            "must be one of PriceClass_100, PriceClass_200, PriceClass_All, but is PriceClass_10; did you mean PriceClass_100?",
        },
      },
      {
        what: "an unknown key",
        raw: rawCdn({ buckets: "acme-public-assets" }),
        problem: {
          key: "godwit:cdn.buckets",
          wrong: "is not a setting; did you mean bucket?",
        },
      },
      {
        what: "protection from deletion turned off, which godwit:production alone decides",
        raw: { ...rawCdn({ deletionProtection: false }), "godwit:production": "true" },
        problem: { key: "godwit:cdn.deletionProtection" },
      },
      {
        what: "a secret in plain text",
        raw: rawCdnStack({ "aws:secretKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }),
        problem: {
          key: "aws:secretKey",
          example: "pulumi config set --secret aws:secretKey",
        },
      },
      {
        what: "days that are none",
        raw: rawCdn({ archiveDays: 0 }),
        problem: {
          key: "godwit:cdn.archiveDays",
          wrong: "must be a whole number from 1 to 3650, but is 0",
        },
      },
      {
        what: "topics of another region",
        raw: rawCdn({ alarms: { topicArns: ["arn:aws:sns:eu-west-1:123456789012:ops"] } }),
        problem: {
          key: "godwit:cdn.alarms.topicArns",
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

    it("a target that is none, alone: it says which other settings are right", () => {
      const problems = problemsOf(rawCdnStack({ "godwit:target": "cnd", "godwit:zebra": "x" }));
      expect(problems.map(({ key }) => key)).to.deep.equal(["godwit:target"]);
      expect(problems[0]!.wrong).to.include("did you mean cdn?");
    });
  });
});
