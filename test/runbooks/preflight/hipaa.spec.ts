import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { clientSettings } from "../../../automation/aws.ts";
import type { GodwitError } from "../../../automation/errors.ts";
import { preflight } from "../../../runbooks/preflight/index.ts";
import { rejection } from "../../support/rejection.ts";
import { PreflightTwin } from "./preflightTwin.ts";

describe("what is looked at before the target hipaa is updated", () => {
  const twin = new PreflightTwin("hipaa");

  it("lets an account that has room, and that nobody enters with a password alone, begin", async () => {
    expect(await twin.refusalWith()).to.equal(undefined);
    expect(twin.notes).to.deep.equal([]);
  });

  it("names the right that it lacks to look at the root user, and begins without those to look at others", async () => {
    await twin.live.inject("deny@iam:GetAccountSummary");
    const refused = await twin.refusalWith();
    expect(refused!.exitCode).to.equal(4);
    expect(refused!.explanation.what).to.match(/User: arn:\S+ is not authorized to perform/);
    expect(refused!.explanation.next).to.include("Allow `iam:GetAccountSummary`");
    await twin.live.clearFaults();
    await twin.live.inject("deny@iam:ListMFADevices");
    expect(await twin.refusalWith()).to.equal(undefined);
    expect(twin.notes.join()).to.include("Allow `iam:ListUsers`, `iam:ListMFADevices`");
    await twin.live.clearFaults();
  });

  it("refuses what a quota has no room for, with its code, what there is, and the command", async () => {
    const refused = await twin.refusalWith({ "godwit:hipaa": { compute: { maximum: 20 } } });
    expect(refused!.exitCode).to.equal(4);
    const { code, what, state, next } = refused!.explanation;
    expect(code).to.equal("quota");
    // Twenty instances and half as many more while they are replaced, two processors each, and the mover's two.
    expect(what).to.include(
      '"Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances" (ec2 L-1216C47A) is 32: others have 0, and 62 are needed.',
    );
    expect(what).not.to.include("VPCs per Region");
    expect(state).to.equal("Nothing was changed.");
    expect(next).to.include(
      "`aws service-quotas request-service-quota-increase --region ca-central-1 --service-code ec2 --quota-code L-1216C47A --desired-value 62`",
    );
  });

  it("refuses a bucket's name that this account uses for something else, and what the names are made of", async () => {
    const { Account } = await new STSClient(clientSettings(twin.request.environment.env)).send(
      new GetCallerIdentityCommand({}),
    );
    const bucket = `acme-uploads-copy-rehearsal-${Account}`;
    await twin.resource("create", "aws:s3/bucket:Bucket", { bucket });
    const refused = await twin.refusalWith();
    expect(refused!.exitCode).to.equal(4);
    const { code, what, next } = refused!.explanation;
    expect(code).to.equal("bucket-taken");
    expect(what).to.include(`\`${bucket}\` (this account's, and by its tags not this stack's)`);
    expect(next).to.include("`godwit:app`").and.to.include("`pulumi stack rename`");
    const alone = { "godwit:hipaa": { replicateFiles: false } };
    expect(await twin.refusalWith(alone), "a bucket it does not have").to.equal(undefined);
  });

  it("refuses wrong settings before anything is asked or started", async () => {
    const refused = await twin.refusalWith({ "aws:region": "us-east-1" });
    expect(refused!.exitCode).to.equal(2);
    expect(refused!.explanation.what).to.include("aws:region is us-east-1");
  });

  it("refuses a stack of another target", async () => {
    const refused = (await rejection(
      preflight("web", { ...twin.request, note() {} }),
    )) as GodwitError;
    expect(refused.explanation.what).to.include("godwit:target is hipaa");
  });
});
