import { expect } from "chai";
import * as driver from "../../automation/stack/update.ts";
import { rejection } from "../support/rejection.ts";
import { TargetTwin } from "../support/targetTwin.ts";

/** An update of the real engine with its plugins, on a busy machine. */
const UPDATE_MS = 120_000;

describe("the target hipaa on a twin", function () {
  this.timeout(UPDATE_MS);
  const twin = new TargetTwin("hipaa");

  it("is built, with what its services compute, in Canada", async () => {
    const { outputs } = await twin.update();
    const value = (name: string) => outputs[name]?.value as Record<string, unknown>;
    expect(value("url")).to.equal("https://app.acme.example");
    expect(value("database")["host"]).to.match(/^acme-database\..+\.ca-central-1\.rds\.amazonaws/);
    expect(value("database")["recoveryRegion"]).to.equal("ca-west-1");
    expect(value("buckets")).to.include({ uploads: "acme-uploads-rehearsal-123456789012" });
    expect(value("mover")["instanceId"]).to.be.a("string");
    expect(value("secretsToFill")).to.have.length(2);
    expect(Object.values(outputs).some(({ secret }) => secret)).to.equal(false);
  });

  it("is left alone by a second update", async () => {
    const { changes } = await twin.update();
    expect(Object.keys(changes)).to.deep.equal(["same"]);
  });

  it("cannot have two subnets of one range, nor its backups where the database is", async () => {
    const vpc = await twin.resource<{ id: string }>("create", "aws:ec2/vpc:Vpc", {
      cidrBlock: "10.1.0.0/16",
    });
    const inputs = { vpcId: vpc.id, cidrBlock: "10.1.0.0/20" };
    await twin.resource("create", "aws:ec2/subnet:Subnet", inputs);
    const refused = await rejection(twin.resource("create", "aws:ec2/subnet:Subnet", inputs));
    expect(refused).to.include({ code: "InvalidSubnet.Conflict" });
    const type = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication";
    const near = { sourceDbInstanceArn: "arn:aws:rds:ca-central-1:123456789012:db:acme-database" };
    expect(await rejection(twin.resource("create", type, near))).to.include({
      code: "InvalidParameterValue",
    });
  });

  it("is taken down whole", async () => {
    const { changes } = await driver.destroy(twin.request);
    expect(Object.keys(changes)).to.deep.equal(["delete"]);
  });
});
