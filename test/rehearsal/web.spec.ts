import { expect } from "chai";
import * as driver from "../../automation/stack/update.ts";
import type { Properties } from "../../rehearsal/clouds/world.ts";
import { rejection } from "../support/rejection.ts";
import { TargetTwin } from "../support/targetTwin.ts";

/** An update of the real engine with its plugins, on a busy machine. */
const UPDATE_MS = 60_000;

describe("the target web on a twin", function () {
  this.timeout(UPDATE_MS);
  const twin = new TargetTwin("web");
  let machine: string;
  let volume: string;
  const refusal = async (type: string, inputs: Properties) =>
    (await rejection(twin.resource("create", type, inputs))) as { code?: string };

  it("is built, with what its services compute", async () => {
    const { outputs } = await twin.update();
    const value = (name: string) => outputs[name]?.value as unknown;
    machine = value("instanceId") as string;
    volume = value("dataVolumeId") as string;
    expect(machine).to.match(/^i-/);
    expect(value("address")).to.match(/^203\.0\.113\.\d+$/);
    expect(value("sessionSecretArn")).to.match(/:secret:acme\/web\/session-secret-/);
    expect(value("environment")).to.deep.equal({
      NODE_ENV: "production",
      PORT: "5000",
      FRONTEND_URL: "https://tickets.acme.example",
      AWS_REGION: "us-east-1",
      S3_ATTACHMENTS_BUCKET: "acme-tickets-attachments",
      DATABASE_PATH: "/srv/web/data/database.sqlite",
      MAIL_FROM: "support@tickets.acme.example",
      SES_CONFIGURATION_SET: "acme-web",
    });
    expect(value("monthlyCost")).to.have.property("monthlyAfter").that.is.below(20);
    expect(Object.values(outputs).some(({ secret }) => secret)).to.equal(false);
  });

  it("is left alone by a second update", async () => {
    const { changes } = await twin.update();
    expect(Object.keys(changes)).to.deep.equal(["same"]);
  });

  it("cannot have a bucket whose name somebody in the world has taken", async () => {
    const refused = await refusal("aws:s3/bucket:Bucket", { bucket: "support-ticket-frontend" });
    expect(refused).to.include({ code: "BucketAlreadyExists" });
  });

  it("cannot have its volume in two machines", async () => {
    const refused = await refusal("aws:ec2/volumeAttachment:VolumeAttachment", {
      deviceName: "/dev/sdg",
      volumeId: volume,
      instanceId: machine,
    });
    expect(refused).to.include({ code: "VolumeInUse" });
  });

  it("cannot have a machine in a subnet that there is not", async () => {
    const refused = await refusal("aws:ec2/instance:Instance", { subnetId: "subnet-none" });
    expect(refused).to.include({ code: "InvalidSubnetID.NotFound" });
  });

  it("cannot have a sender whose set there is not", async () => {
    const inputs = { emailIdentity: "other.example", configurationSetName: "none" };
    const refused = await refusal("aws:sesv2/emailIdentity:EmailIdentity", inputs);
    expect(refused).to.include({ code: "NotFoundException" });
  });

  it("is taken down whole", async () => {
    const { changes } = await driver.destroy(twin.request);
    expect(Object.keys(changes)).to.deep.equal(["delete"]);
  });
});
