import { expect } from "chai";
import type { RelaysArgs } from "../../../components/relay/relays.ts";
import { MockCloud } from "../../support/mocks.ts";
import type { Declared } from "../../support/mocks.ts";
import { isSecret, valueOf } from "../../support/outputs.ts";
import { KEY, TOKEN } from "../mover/moverArgs.ts";
import { relaysArgs } from "./relaysArgs.ts";

const CONTROL = "arn:aws:mock:us-east-1:123456789012:relays-control";

describe("Relays", () => {
  const cloud = new MockCloud();
  before(() => cloud.install());
  beforeEach(() => cloud.reset());

  async function build(changes: Partial<RelaysArgs> = {}) {
    const { Relays } = await import("../../../components/relay/relays.ts");
    return new Relays("relays", relaysArgs(changes), { transformations: [cloud.watch] });
  }
  async function declare(changes: Partial<RelaysArgs> = {}): Promise<Declared[]> {
    const relays = await build(changes);
    // The rules for the source are declared when its groups are known; the machines come later than they do.
    await Promise.all(relays.nodes.map(({ instanceId }) => valueOf(instanceId)));
    return await cloud.declared();
  }
  const child = async (name: string, changes: Partial<RelaysArgs> = {}) =>
    (await declare(changes)).find((resource) => resource.name === name)!;

  it("are two machines behind the balancer, with their role, their key and their way, and nothing else", async () => {
    const names = (await declare()).map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
    expect(names).to.have.members([
      "Relays relays",
      "RandomPassword relays-control-key",
      "Secret relays-control",
      "SecretVersion relays-control-version",
      "Role relays-role",
      "RolePolicyAttachment relays-sessions",
      "RolePolicy relays-rights",
      "InstanceProfile relays-profile",
      "SecurityGroupEgressRule relays-to-target-1",
      "SecurityGroupEgressRule relays-to-fence",
      "SecurityGroupEgressRule relays-to-source-1",
      "SecurityGroupIngressRule relays-into-source-1",
      "Instance relays-machine-1",
      "TargetGroupAttachment relays-attachment-1",
      "Instance relays-machine-2",
      "TargetGroupAttachment relays-attachment-2",
    ]);
  });

  for (const [index, subnetId] of ["subnet-0acme1", "subnet-0acme2"].entries()) {
    it(`put machine ${index + 1} into ${subnetId}, where nobody reaches it but by its group`, async () => {
      const { inputs, options } = await child(`relays-machine-${index + 1}`);
      expect(inputs).to.deep.include({
        instanceType: "c7g.large",
        subnetId,
        vpcSecurityGroupIds: ["sg-0relays"],
        associatePublicIpAddress: false,
        metadataOptions: {
          httpEndpoint: "enabled",
          httpTokens: "required",
          httpPutResponseHopLimit: 1,
        },
      });
      expect(inputs.rootBlockDevice).to.include({ encrypted: true });
      expect(inputs.tags).to.include({ Name: `acme-relay-${index + 1}` });
      expect(inputs.userData).to.include(`GODWIT_RELAY_NAME=relay-${index + 1}\n`);
      expect(inputs).not.to.have.property("keyName");
      expect(options.ignoreChanges).to.deep.equal(["ami"]);
      const awaited = (options.dependsOn as { __name?: string }[]).map(({ __name }) => __name);
      expect(awaited).to.include.members(["relays-rights", "relays-control-version"]);
      const attachment = (await cloud.declared()).find(
        ({ name }) => name === `relays-attachment-${index + 1}`,
      );
      expect(attachment!.inputs).to.deep.equal({
        targetGroupArn: "arn:targets",
        targetId: `relays-machine-${index + 1}-id`,
        port: 6379,
      });
    });
  }

  it("may read token and control key with their key, get their package, and nothing else", async () => {
    const policy = await child("relays-rights", { package: "s3://acme-artifacts/godwit.tgz" });
    const { Statement } = JSON.parse(String(policy.inputs.policy)) as { Statement: object[] };
    expect(Statement).to.deep.equal([
      {
        Sid: "ReadsItsSecrets",
        Effect: "Allow",
        Action: "secretsmanager:GetSecretValue",
        Resource: [TOKEN, CONTROL],
      },
      {
        Sid: "DecryptsThem",
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: KEY,
        Condition: { StringEquals: { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com" } },
      },
      {
        Sid: "GetsGodwit",
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::acme-artifacts/godwit.tgz",
      },
    ]);
    const attached = (await cloud.declared()).filter(({ type }) =>
      type.endsWith("RolePolicyAttachment"),
    );
    expect(attached.map(({ inputs }) => inputs.policyArn)).to.deep.equal([
      "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    ]);
  });

  it("share a key of 64 hexadecimal digits, kept encrypted and gone with them", async () => {
    const declared = await declare();
    const inputsOf = (name: string) => declared.find((resource) => resource.name === name)!.inputs;
    expect(inputsOf("relays-control-key")).to.deep.equal({
      length: 64,
      lower: false,
      upper: false,
      special: true,
      overrideSpecial: "abcdef",
    });
    expect(inputsOf("relays-control")).to.deep.include({
      name: "acme/godwit/relay",
      kmsKeyId: KEY,
      recoveryWindowInDays: 0,
    });
  });

  it("keep that key a secret to the end, and nowhere else", async () => {
    const relays = await build();
    await Promise.all(relays.nodes.map(({ instanceId }) => valueOf(instanceId)));
    const holders = (await cloud.declared()).filter(({ inputs }) =>
      JSON.stringify(inputs).includes("mock-Token"),
    );
    expect(holders.map(({ name, secretInputs }) => [name, secretInputs])).to.deep.equal([
      ["relays-control-version", ["secretString"]],
    ]);
    for (const output of [relays.controlSecretArn, ...relays.nodes.map(({ address }) => address)]) {
      expect(await isSecret(output)).to.equal(false);
    }
  });

  describe("open the way", () => {
    const rules = (declared: Declared[]) =>
      declared
        .filter(({ type }) => type.includes("SecurityGroup"))
        .map(({ type, inputs }) => {
          const { securityGroupId, referencedSecurityGroupId, fromPort, toPort } = inputs;
          expect([fromPort, toPort, inputs.ipProtocol]).to.deep.equal([6379, 6379, "tcp"]);
          const side = type.includes("Ingress") ? "into" : "out of";
          return `${side} ${String(securityGroupId)}: ${String(referencedSecurityGroupId)}`;
        });

    it("to a target and a fence that name them, and into the source", async () => {
      expect(rules(await declare())).to.have.members([
        "out of sg-0relays: sg-0target",
        "out of sg-0relays: sg-0fence",
        "out of sg-0relays: sg-0source",
        "into sg-0source: sg-0relays",
      ]);
    });

    it("into the target's existing groups", async () => {
      const { access } = relaysArgs();
      const declared = await declare({ access: { ...access, targetNamesIt: false } });
      expect(rules(declared)).to.include("into sg-0target: sg-0relays");
    });
  });

  it("say where the mover finds each of them", async () => {
    const { nodes } = await build();
    expect(await valueOf([...nodes])).to.deep.equal([
      {
        name: "relay-1",
        instanceId: "relays-machine-1-id",
        address: "address of relays-machine-1",
      },
      {
        name: "relay-2",
        instanceId: "relays-machine-2-id",
        address: "address of relays-machine-2",
      },
    ]);
  });
});
