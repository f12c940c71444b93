import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import {
  DescribeInstancesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import type { Repair } from "../../../automation/stack/repair.ts";
import { findExisting } from "../../../runbooks/cloud/find.ts";
import { moverPids, startCloudTwin, until, type CloudTwin } from "../../rehearsal/cloudTwin.ts";
import { withholdCreations, type Withholding } from "../../rehearsal/withholding.ts";
import { bringMover, openMoverStack } from "./moverStack.ts";

const ROLE = "aws:iam/role:Role";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const PROFILE = "aws:iam/instanceProfile:InstanceProfile";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const INSTANCE = "aws:ec2/instance:Instance";

/** What is created side by side, in the order of its coming. */
const waves = [[ROLE, GROUP], [POLICY, PROFILE, EGRESS, INGRESS], [INSTANCE]];
const NAME = "acme-mover";
const tags = {
  application: "acme",
  environment: "test",
  "managed-by": "godwit",
  "data-class": "confidential",
  Name: NAME,
};

describe("a driver killed in the middle of creating a mover", function () {
  this.timeout(60_000);
  let twin: CloudTwin;
  let ec2: EC2Client;
  let lost: Withholding | undefined;
  const repairs: (Repair | undefined)[] = [];

  before(async () => {
    twin = await startCloudTwin();
    ec2 = new EC2Client(twin.client);
    // One of the same name, from an earlier migration.
    await terminatedMover();
    for (const types of waves) repairs.push(await driveAndKill(types));
    await bringMover(twin.twin.environment, (repair) => repairs.push(repair));
  });
  after(async () => {
    if (lost) await killDriver(lost);
    await twin?.stop();
  });

  for (const [index, types] of waves.entries()) {
    for (const type of types) {
      it(`finds its ${type.split(":").at(-1)} again`, () => {
        const { imported, cleared } = repairs[index + 1]!;
        expect(imported.map(typeOf)).to.include(type);
        expect(cleared.map(typeOf)).to.not.include(type);
      });
    }
  }

  it("leaves exactly one mover once it is resumed, as the program says", async () => {
    const Filters = [
      { Name: "tag:Name", Values: [NAME] },
      { Name: "instance-state-name", Values: ["running"] },
    ];
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
    expect(Reservations).to.have.lengthOf(1);
    expect(moverPids(twin)).to.have.lengthOf(1);
    const stack = await openMoverStack(twin.twin.environment);
    const { changeSummary } = await stack.preview();
    expect(Object.keys(changeSummary)).to.deep.equal(["same"]);
  });

  it("leaves one security group, and no rule of it twice", async () => {
    const named = [{ Name: "group-name", Values: [NAME] }];
    const describe = new DescribeSecurityGroupsCommand({ Filters: named });
    const { SecurityGroups = [] } = await ec2.send(describe);
    expect(SecurityGroups.map(({ GroupName }) => GroupName)).to.deep.equal([NAME]);
    const Filters = [{ Name: "group-id", Values: [SecurityGroups[0]!.GroupId!] }];
    const rules = new DescribeSecurityGroupRulesCommand({ Filters });
    const { SecurityGroupRules = [] } = await ec2.send(rules);
    expect(SecurityGroupRules.map(({ ToPort }) => ToPort)).to.have.members([443, 5432, 6379]);
  });

  it("takes neither a machine that is gone nor another stack's for the mover", async () => {
    const find = (changes: Record<string, string> = {}) =>
      findExisting(twin.twin.environment.env)({
        urn: "",
        type: INSTANCE,
        inputs: { tags: { ...tags, ...changes } },
      });
    const id = await find();
    expect(id).to.match(/^i-/);
    expect(await find({ environment: "prod" })).to.equal(undefined);
    await twin.resource("delete", INSTANCE, { id: id! });
    expect(await find()).to.equal(undefined);
  });

  async function terminatedMover(): Promise<void> {
    const role = { name: "earlier" };
    await twin.resource("create", ROLE, { inputs: role });
    await twin.resource("create", PROFILE, { inputs: { ...role, role: role.name } });
    const inputs = { subnetId: "subnet-0acme1", iamInstanceProfile: role.name, tags };
    const { id } = await twin.resource("create", INSTANCE, { inputs });
    await twin.resource("delete", INSTANCE, { id });
  }

  /** Kills the driver and its engine when these have been created and nobody has been told; gives what it had mended. */
  async function driveAndKill(types: readonly string[]): Promise<Repair | undefined> {
    lost = await withholdCreations(twin.twin.dir, types);
    const driver = spawn(
      process.execPath,
      ["--import", "tsx", fileURLToPath(new URL("moverDriver.ts", import.meta.url)), twin.twin.dir],
      {
        env: { ...process.env, GODWIT_TWIN: lost.dir },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const [said, complaints] = [text(driver.stdout), text(driver.stderr)];
    const ended = once(driver, "exit").then(async () => {
      throw new Error(`The driver has ended by itself: ${await said}${await complaints}`);
    });
    await Promise.race([lost.withheld, ended]);
    ended.catch(() => {});
    await killDriver(lost);
    lost = undefined;
    return (JSON.parse(await said) as Repair | null) ?? undefined;
  }
});

const typeOf = (urn: string) => urn.split("::")[2]!.split("$").at(-1)!;

async function killDriver({ dir, close }: Withholding): Promise<void> {
  for (const pid of processesWith(dir)) process.kill(pid, "SIGKILL");
  await until(async () => processesWith(dir).length === 0 || undefined);
  close();
}

/** The driver of this way to the twin, its engine and the engine's plugins. */
function processesWith(dir: string): number[] {
  const pids = readdirSync("/proc").map(Number);
  return pids.filter((pid) => pid > 0 && environmentTextOf(pid).includes(`GODWIT_TWIN=${dir}`));
}

function environmentTextOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}
