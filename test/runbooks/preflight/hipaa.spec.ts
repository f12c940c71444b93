import { expect } from "chai";
import { parse, stringify } from "yaml";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GodwitError } from "../../../automation/errors.ts";
import { preflight } from "../../../runbooks/preflight/index.ts";
import { rejection } from "../../support/rejection.ts";
import { TargetTwin } from "../../support/targetTwin.ts";

describe("what is looked at before the target hipaa is updated", () => {
  const twin = new TargetTwin("hipaa");

  /** What was noted by the last look. */
  let notes: string[] = [];
  const subject = () => {
    notes = [];
    return { ...twin.request, note: (line: string) => void notes.push(line) };
  };

  /** What `up` says with these changes to `godwit:hipaa`; nothing if it may begin. */
  async function refusalWith(changes: Record<string, unknown>, region?: string) {
    const { environment, stack } = twin.request;
    const file = join(environment.workDir, `Pulumi.${stack}.yaml`);
    const before = readFileSync(file, "utf8");
    const { config } = parse(before) as { config: Record<string, object> };
    const hipaa = { ...config["godwit:hipaa"], ...changes };
    const changed = {
      ...config,
      "godwit:hipaa": hipaa,
      ...(region !== undefined && { "aws:region": region }),
    };
    writeFileSync(file, stringify({ config: changed }));
    try {
      await preflight("hipaa", subject());
      return undefined;
    } catch (error) {
      return error as GodwitError;
    } finally {
      writeFileSync(file, before);
    }
  }

  it("lets an account that has room, and that nobody enters with a password alone, begin", async () => {
    expect(await refusalWith({})).to.equal(undefined);
    expect(notes).to.deep.equal([]);
  });

  it("names the right that it lacks to look at the root user, and begins without those to look at others", async () => {
    await twin.live.inject("deny@iam:GetAccountSummary");
    const refused = await refusalWith({});
    expect(refused!.exitCode).to.equal(4);
    expect(refused!.explanation.what).to.match(/User: arn:\S+ is not authorized to perform/);
    expect(refused!.explanation.next).to.include("Allow `iam:GetAccountSummary`");
    await twin.live.clearFaults();
    await twin.live.inject("deny@iam:ListMFADevices");
    expect(await refusalWith({})).to.equal(undefined);
    expect(notes.join()).to.include("Allow `iam:ListUsers`, `iam:ListMFADevices`");
    await twin.live.clearFaults();
  });

  it("refuses what a quota has no room for, with its code, what there is, and the command", async () => {
    const refused = await refusalWith({ compute: { maximum: 20 } });
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

  it("refuses wrong settings before anything is asked or started", async () => {
    const refused = await refusalWith({}, "us-east-1");
    expect(refused!.exitCode).to.equal(2);
    expect(refused!.explanation.what).to.include("aws:region is us-east-1");
  });

  it("refuses a stack of another target", async () => {
    const refused = (await rejection(preflight("web", subject()))) as GodwitError;
    expect(refused.explanation.what).to.include("godwit:target is hipaa");
  });
});
