import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { MockCloud } from "../../support/mocks.ts";
import { valueOf } from "../../support/outputs.ts";
import { answerForCdn } from "./cdnUnderTest.ts";
import { rawCdn } from "./settings.ts";

describe("the Pulumi program with target cdn", () => {
  const cloud = new MockCloud();

  before(() => cloud.install("staging"));
  beforeEach(() => {
    cloud.reset();
    answerForCdn(cloud);
  });

  async function outputsOf(changes: object) {
    pulumi.runtime.setAllConfig(rawCdn({ ...changes }), []);
    const { default: program } = await import("../../../index.ts");
    return (await valueOf(pulumi.output(await program()))) as Record<string, unknown>;
  }

  it("returns where the files are served, who may upload, and what it costs", async () => {
    const outputs = await outputsOf({ redirectUploads: true });
    expect(outputs).to.have.all.keys(
      "stage",
      "url",
      "bucket",
      "archiveBucket",
      "logBucket",
      "distributionId",
      "distributionDomain",
      "certificateArn",
      "writerRoleArn",
      "oldPathsArn",
      "alarmTopicArns",
      "environment",
      "contentSecurityPolicy",
      "monthlyCost",
    );
    expect(outputs).to.include({ stage: "prepare", url: "https://cdn.acme.example" });
  });

  it("returns no table of old paths where there is none", async () => {
    expect(await outputsOf({})).not.to.have.property("oldPathsArn");
  });
});
