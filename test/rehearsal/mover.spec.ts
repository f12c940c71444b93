import { existsSync, readFileSync, statSync } from "node:fs";
import { getPriority } from "node:os";
import { join } from "node:path";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { moverUserData } from "../../components/mover/userData.ts";
import { BACKGROUND_NICENESS } from "../../automation/twin.ts";
import { rejection } from "../support/rejection.ts";
import {
  environmentOf,
  moverPids,
  sessionOf,
  startCloudTwin,
  until,
  type CloudTwin,
} from "./cloudTwin.ts";

const INSTANCE = "aws:ec2/instance:Instance";

describe("the mover's machine in a twin", function () {
  this.timeout(60_000);
  let twin: CloudTwin;
  let secretArn: string;
  let otherArn: string;
  let id: string;

  before(async () => {
    twin = await startCloudTwin();
    [secretArn, otherArn] = await Promise.all([secret("acme/godwit/engine"), secret("acme/other")]);
    await create("aws:iam/role:Role", { name: "acme-mover" });
    const policy = JSON.stringify({
      Statement: [
        { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: [secretArn] },
      ],
    });
    await create("aws:iam/rolePolicy:RolePolicy", { name: "p", role: "acme-mover", policy });
    await create("aws:iam/instanceProfile:InstanceProfile", {
      name: "acme-mover",
      role: "acme-mover",
    });
    ({ id } = await create(INSTANCE, {
      ami: "ami-1",
      subnetId: "subnet-0acme1",
      vpcSecurityGroupIds: ["sg-0acmetasks"],
      iamInstanceProfile: "acme-mover",
      userData: userData(),
      tags: { Name: "acme-mover" },
    }));
  });
  after(async () => await twin?.stop());

  const create = (type: string, inputs: Record<string, unknown>) =>
    twin.resource("create", type, { inputs });
  const secret = async (name: string) =>
    (await create("aws:secretsmanager/secret:Secret", { name })).id;
  const userData = () =>
    moverUserData({
      region: "us-east-1",
      engineSecretArn: secretArn,
      package: "https://artifacts.acme.example/godwit.tgz",
    });
  const movers = () => moverPids(twin);
  const environment = () => environmentOf(movers()[0]);

  it("runs the unit's program with the unit's environment and what a machine has", () => {
    const command = readFileSync(`/proc/${movers()[0]}/cmdline`, "utf8").split("\0");
    expect(command.slice(-4)).to.deep.equal([command.at(-4), "worker", "--mover", ""]);
    expect(command.at(-4)).to.match(/bin\/godwit\.mjs$/);
    const env = environment();
    expect(env).to.include({ AWS_REGION: "us-east-1", GODWIT_ENGINE_SECRET: secretArn });
    expect(env["TASK_ADDRESS"]).to.match(/^127\.77\.\d+\.\d+$/);
    expect(env["GODWIT_HOME"]).to.match(new RegExp(`^${twin.twin.dir}/machines/acme-mover`));
    expect(Object.keys(env)).to.have.members([
      "PATH",
      "NODE_EXTRA_CA_CERTS",
      "SSL_CERT_FILE",
      "GODWIT_RESOLVER",
      "GODWIT_HOME",
      "AWS_REGION",
      "GODWIT_ENGINE_SECRET",
      "AWS_ENDPOINT_URL",
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
      "TASK_ADDRESS",
    ]);
  });

  it("leaves the processor to the clients' way when both want it", () => {
    const [pid] = movers();
    expect(getPriority(pid)).to.equal(BACKGROUND_NICENESS);
    expect(sessionOf(pid!)).to.equal(pid);
    // Where Linux does not weigh sessions, it says nothing of this one's weight.
    const file = `/proc/${pid}/autogroup`;
    const weight = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
    if (weight !== "") expect(weight).to.match(/ nice 5$/);
  });

  it("keeps its log for its owner only", () => {
    expect(statSync(join(twin.twin.dir, "acme-mover.log")).mode & 0o077).to.equal(0);
  });

  it("has its role's rights and no others", async () => {
    const env = environment();
    const credentials = {
      accessKeyId: env["AWS_ACCESS_KEY_ID"]!,
      secretAccessKey: env["AWS_SECRET_ACCESS_KEY"]!,
    };
    const sts = new STSClient({ ...twin.client, credentials });
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).to.equal(`arn:aws:sts::123456789012:assumed-role/acme-mover/${id}`);
    const secrets = new SecretsManagerClient({ ...twin.client, credentials });
    const read = (SecretId: string) => secrets.send(new GetSecretValueCommand({ SecretId }));
    expect(await rejection(read(otherArn))).to.include({ name: "AccessDeniedException" });
    // It may look, and there is nothing yet.
    expect(await rejection(read(secretArn))).to.include({ name: "ResourceNotFoundException" });
  });

  it("is started again when it is killed, and not when the machine is gone", async () => {
    const [first] = movers();
    await twin.twin.inject("kill@mover");
    const second = await until(async () => movers().find((pid) => pid !== first));
    expect(existsSync(`/proc/${first}`)).to.equal(false);
    await twin.resource("delete", INSTANCE, { id });
    expect(existsSync(`/proc/${second}`)).to.equal(false);
    expect(movers()).to.deep.equal([]);
  });

  it("is refused for a subnet, group or profile that does not exist", async () => {
    const inputs = {
      subnetId: "subnet-0acme1",
      vpcSecurityGroupIds: ["sg-0acmetasks"],
      iamInstanceProfile: "acme-mover",
    };
    for (const [change, code] of [
      [{ subnetId: "subnet-0none" }, "InvalidSubnetID.NotFound"],
      [{ vpcSecurityGroupIds: ["sg-0none"] }, "InvalidGroup.NotFound"],
      [{ iamInstanceProfile: "none" }, "InvalidParameterValue"],
    ] as const) {
      const refused = await rejection(create(INSTANCE, { ...inputs, ...change }));
      expect(refused, code).to.include({ code });
    }
  });
});
