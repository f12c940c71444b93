import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { MockCloud } from "../../support/mocks.ts";
import { isSecret, valueOf } from "../../support/outputs.ts";
import { rawWeb } from "./settings.ts";
import { answerForWeb } from "./webUnderTest.ts";

describe("the Pulumi program with target web", () => {
  const cloud = new MockCloud();

  before(() => cloud.install("staging"));
  beforeEach(() => {
    cloud.reset();
    answerForWeb(cloud);
  });

  async function outputsOf(changes: object) {
    pulumi.runtime.setAllConfig(rawWeb({ ...changes }), []);
    const { default: program } = await import("../../../index.ts");
    return program();
  }

  it("returns what deployments and runs need, and no secret", async () => {
    const outputs = await outputsOf({});
    expect(outputs).to.have.all.keys(
      "stage",
      "url",
      "frontendBucket",
      "attachmentsBucket",
      "releasesBucket",
      "backupsBucket",
      "distributionId",
      "distributionDomain",
      "certificateArn",
      "instanceId",
      "address",
      "dataVolumeId",
      "roleName",
      "logGroup",
      "sessionSecretArn",
      "environment",
      "buildEnvironment",
      "alarmTopicArns",
      "bounceTopicArn",
      "monthlyCost",
    );
    for (const [name, output] of Object.entries(outputs)) {
      expect(await isSecret(output), name).to.equal(false);
    }
    expect(await valueOf(outputs["buildEnvironment"])).to.deep.equal({
      REACT_APP_API_URL: "https://tickets.acme.example/api",
    });
  });

  it("tells the application where its database is, by reference", async () => {
    const outputs = await outputsOf({ database: { engine: "mysql" }, mail: undefined });
    expect(outputs).not.to.have.property("bounceTopicArn");
    expect(await valueOf(outputs["environment"])).to.deep.equal({
      NODE_ENV: "production",
      PORT: "5000",
      FRONTEND_URL: "https://tickets.acme.example",
      AWS_REGION: "us-east-1",
      S3_ATTACHMENTS_BUCKET: "acme-tickets-attachments",
      DATABASE_ENGINE: "mysql",
      DATABASE_HOST: "database.test",
      DATABASE_PORT: "3306",
      DATABASE_NAME: "app",
      DATABASE_SECRET_ARN: "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db",
    });
  });
});
