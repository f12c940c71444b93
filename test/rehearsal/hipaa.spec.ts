import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import * as driver from "../../automation/stack/update.ts";
import { askTwin, readControl } from "../../rehearsal/control/client.mjs";
import { downAll, start, type LiveTwin } from "../../rehearsal/index.ts";
import type { Properties } from "../../rehearsal/clouds/world.ts";
import { rejection } from "../support/rejection.ts";

/** An update of the real engine with its plugins, on a busy machine. */
const UPDATE_MS = 120_000;
const STACK = "rehearsal";

describe("the target hipaa on a twin", function () {
  this.timeout(UPDATE_MS);
  const home = mkdtempSync(join(tmpdir(), "godwit-hipaa-"));
  let twin: LiveTwin;
  const update = () => driver.up({ environment: twin.environment, stack: STACK });
  const resource = <Answer>(verb: string, type: string, inputs: Properties) =>
    askTwin<Answer>(readControl(twin.dir), `/resources/${verb}`, {
      ...{ type, name: "test", id: "", inputs, state: {} },
    });

  before(async () => {
    const options = { home, world: "hipaa", scale: "tiny", seed: 1, faults: [], traffic: false };
    twin = await start(options);
  });
  after(async () => {
    await downAll(home);
    rmSync(home, { recursive: true, force: true });
  });

  it("is built, with what its services compute, in Canada", async () => {
    const { outputs } = await update();
    const value = (name: string) => outputs[name]?.value as Record<string, unknown>;
    expect(value("url")).to.equal("https://app.acme.example");
    expect(value("database")["host"]).to.match(/^acme-database\..+\.ca-central-1\.rds\.amazonaws/);
    expect(value("database")["recoveryRegion"]).to.equal("ca-west-1");
    expect(value("buckets")).to.include({ uploads: "acme-uploads-rehearsal-123456789012" });
    expect(value("secretsToFill")).to.have.length(2);
    expect(Object.values(outputs).some(({ secret }) => secret)).to.equal(false);
  });

  it("is left alone by a second update", async () => {
    const { changes } = await update();
    expect(Object.keys(changes)).to.deep.equal(["same"]);
  });

  it("cannot have two subnets of one range, nor its backups where the database is", async () => {
    const vpc = await resource<{ id: string }>("create", "aws:ec2/vpc:Vpc", {
      cidrBlock: "10.1.0.0/16",
    });
    const inputs = { vpcId: vpc.id, cidrBlock: "10.1.0.0/20" };
    await resource("create", "aws:ec2/subnet:Subnet", inputs);
    const refused = await rejection(resource("create", "aws:ec2/subnet:Subnet", inputs));
    expect(refused).to.include({ code: "InvalidSubnet.Conflict" });
    const type = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication";
    const near = { sourceDbInstanceArn: "arn:aws:rds:ca-central-1:123456789012:db:acme-database" };
    expect(await rejection(resource("create", type, near))).to.include({
      code: "InvalidParameterValue",
    });
  });

  it("is taken down whole", async () => {
    const { changes } = await driver.destroy({ environment: twin.environment, stack: STACK });
    expect(Object.keys(changes)).to.deep.equal(["delete"]);
  });
});
