import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { trustOf } from "../../../components/cdn/trust.ts";
import { valueOf } from "../../support/outputs.ts";
import { rejection } from "../../support/rejection.ts";
import { CdnUnderTest, ROLE_ARN, baseArgs, trustPolicy } from "./cdnUnderTest.ts";

/** A parent for what is under test alone. */
const bare = () => new pulumi.ComponentResource("test:index:Parent", "cdn");

const GET_ROLE = "aws:iam/getRole:getRole";
const GET_ZONE = "aws:route53/getZone:getZone";

describe("AssetsCdn: who may upload, and where its name is", () => {
  const cdn = new CdnUnderTest();

  describe("the role that uploads", () => {
    it("may put, delete and see files of this bucket, and nothing else", async () => {
      const { inputs } = await cdn.child("cdn-writer-policy");
      const { Statement } = JSON.parse(inputs.policy as string) as {
        Statement: { Effect: string; Action: unknown; Resource: unknown }[];
      };
      const bucket = "arn:aws:s3:::acme-public-assets";
      expect(
        Statement.map(({ Effect, Action, Resource }) => [Effect, Action, Resource]),
      ).to.deep.equal([
        ["Allow", ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"], `${bucket}/*`],
        ["Allow", "s3:GetObject", `${bucket}/*`],
        ["Allow", "s3:ListBucket", bucket],
      ]);
    });

    it("that exists gets the policy attached", async () => {
      const { inputs } = await cdn.child("cdn-writer-attachment");
      expect(inputs).to.include({ role: "acme-tasks" });
    });

    it("that is new is for the service that the application runs on", async () => {
      const writer = { role: { create: true }, service: "ec2.amazonaws.com" } as const;
      const { inputs } = await cdn.child("cdn-writer", { writer });
      expect(JSON.parse(inputs.assumeRolePolicy as string)).to.deep.equal({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "ec2.amazonaws.com" },
            Action: "sts:AssumeRole",
          },
        ],
      });
    });

    const refusals = [
      {
        what: "of another account",
        role: { arn: "arn:aws:iam::999999999999:role/acme-tasks" },
        error: /the role of that name here is arn:aws:iam::999999999999:role\/acme-tasks/,
      },
      {
        what: "that anyone may take on",
        role: { assumeRolePolicy: trustPolicy("*") },
        error: /its trust policy lets anyone take it on/,
      },
      {
        what: "for another service",
        role: { assumeRolePolicy: trustPolicy({ Service: "lambda.amazonaws.com" }) },
        error: /does not let ecs-tasks\.amazonaws\.com take it on, but lambda\.amazonaws\.com/,
      },
    ];
    for (const { what, role, error } of refusals) {
      it(`is refused ${what}`, async () => {
        const right = cdn.cloud.answers[GET_ROLE]!;
        cdn.cloud.answers[GET_ROLE] = { ...right, ...role };
        const { verifiedRole } = await import("../../../components/cdn/verifiedRole.ts");
        const found = verifiedRole({ parent: bare() }, ROLE_ARN, "ecs-tasks.amazonaws.com");
        const refused = await rejection(valueOf(found.arn));
        expect(String(refused)).to.match(error).and.include("Its rights are what they were.");
        expect(String(refused)).to.not.include("Nothing was changed");
        expect(String(refused)).to.include(ROLE_ARN).and.include("`writer.role.existing`");
      });
    }
  });

  describe("a trust policy", () => {
    it("is read in all its forms", () => {
      expect(trustOf(trustPolicy({ Service: ["a", "b"] })).services).to.deep.equal(["a", "b"]);
      expect(trustOf(trustPolicy({ AWS: "*" })).everyone).to.equal(true);
      const one = { Effect: "Allow", Principal: { Service: "a" }, Action: ["sts:AssumeRole"] };
      expect(trustOf(JSON.stringify({ Statement: one })).services).to.deep.equal(["a"]);
    });

    it("lets nobody in by a refusal, by another action, or where a condition narrows it", () => {
      const statements = [
        { Effect: "Deny", Principal: "*", Action: "sts:AssumeRole" },
        { Effect: "Allow", Principal: "*", Action: "sts:TagSession" },
        { Effect: "Allow", Principal: "*", Action: "sts:AssumeRole", Condition: { Bool: {} } },
      ];
      const { everyone } = trustOf(JSON.stringify({ Statement: statements }));
      expect(everyone).to.equal(false);
    });
  });

  describe("the zone", () => {
    const refusals = [
      {
        what: "of another name",
        zone: { name: "other.example.", privateZone: false },
        error: /Zone Z0ACME is "other\.example", not "acme\.example".*Correct `zone\.id`/,
      },
      {
        what: "that is private",
        zone: { name: "acme.example", privateZone: true },
        error: /Zone Z0ACME \("acme\.example"\) is private.*Give `zone\.id` of the public zone/,
      },
    ];
    for (const { what, zone, error } of refusals) {
      it(`is refused ${what}, before a record is made`, async () => {
        cdn.cloud.answers[GET_ZONE] = zone;
        const { verifyZone } = await import("../../../components/shared/zone.ts");
        const refused = await rejection(valueOf(verifyZone({ parent: bare() }, baseArgs.zone)));
        expect(String(refused)).to.match(error).and.include("No record in it was changed.");
        expect(String(refused)).to.not.include("Nothing was changed");
      });
    }
  });
});
