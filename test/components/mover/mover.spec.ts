import { expect } from "chai";
import type { MoverPlaceArgs } from "../../../components/mover/place.ts";
import type { MoverArgs } from "../../../components/mover/mover.ts";
import { MockCloud } from "../../support/mocks.ts";
import type { Declared } from "../../support/mocks.ts";
import { valueOf } from "../../support/outputs.ts";
import { KEY, TOKEN, moverArgs } from "./moverArgs.ts";

const ENGINE = "arn:aws:mock:us-east-1:123456789012:mover-engine";

describe("Mover", () => {
  const cloud = new MockCloud();
  before(() => cloud.install());
  beforeEach(() => cloud.reset());

  async function declare(changes: Partial<MoverArgs> = {}): Promise<Declared[]> {
    const { Mover } = await import("../../../components/mover/mover.ts");
    const mover = new Mover("mover", moverArgs(changes), { transformations: [cloud.watch] });
    // The rules for the source are declared when its groups are known; the machine comes later than they do.
    await valueOf(mover.instanceId);
    return await cloud.declared();
  }
  async function child(name: string, changes: Partial<MoverArgs> = {}): Promise<Declared> {
    return (await declare(changes)).find((resource) => resource.name === name)!;
  }
  const statements = (policy: Declared) =>
    (JSON.parse(String(policy.inputs.policy)) as { Statement: Statement[] }).Statement;
  interface Statement {
    readonly Action: unknown;
    readonly Resource: unknown;
    readonly Condition?: unknown;
  }

  it("is a machine that nobody reaches but by Session Manager", async () => {
    const { inputs, options } = await child("mover-machine");
    expect(inputs).to.deep.include({
      instanceType: "t4g.small",
      ami: "newest /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
      subnetId: "subnet-0acme1",
      vpcSecurityGroupIds: ["sg-0mover"],
      associatePublicIpAddress: false,
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      },
      userDataReplaceOnChange: true,
    });
    expect(inputs.rootBlockDevice).to.include({ encrypted: true, volumeType: "gp3" });
    expect(inputs).not.to.have.property("keyName");
    expect(options.ignoreChanges).to.deep.equal(["ami"]);
  });

  it("gets the image of its processor", async () => {
    const { inputs } = await child("mover-machine", { instanceType: "t3.small" });
    expect(inputs.ami).to.match(/x86_64$/);
  });

  it("may read its two secrets with their key, and nothing else", async () => {
    const policy = await child("mover-rights");
    expect(statements(policy)).to.deep.equal([
      {
        Sid: "ReadsItsSecrets",
        Effect: "Allow",
        Action: "secretsmanager:GetSecretValue",
        Resource: [TOKEN, ENGINE],
      },
      {
        Sid: "DecryptsThem",
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: KEY,
        Condition: { StringEquals: { "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com" } },
      },
    ]);
    const attached = (await cloud.declared()).filter(({ type }) => type.endsWith("Attachment"));
    expect(attached.map(({ inputs }) => inputs.policyArn)).to.deep.equal([
      "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    ]);
  });

  it("may read the key of the relays' control channel where there are relays", async () => {
    const policy = await child("mover-rights", { controlSecretArn: "arn:of:control" });
    expect(statements(policy)[0]!.Resource).to.deep.equal([TOKEN, ENGINE, "arn:of:control"]);
  });

  it("may get the one object that godwit is in", async () => {
    const policy = await child("mover-rights", { package: "s3://acme-artifacts/a/godwit.tgz" });
    expect(statements(policy).at(-1)).to.include({
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::acme-artifacts/a/godwit.tgz",
    });
  });

  it("has a secret without a value, encrypted, and easy to take back until it serves", async () => {
    const declared = await declare();
    const secret = declared.find(({ name }) => name === "mover-engine");
    expect(secret?.inputs).to.include({
      name: "acme/godwit/engine",
      kmsKeyId: KEY,
      recoveryWindowInDays: 0,
    });
    expect(declared.filter(({ type }) => type.includes("SecretVersion"))).to.deep.equal([]);
    cloud.reset();
    const kept = await child("mover-engine", { protect: true });
    expect(kept.inputs.recoveryWindowInDays).to.equal(30);
  });

  describe("opens the way", () => {
    const rules = (declared: Declared[]) =>
      declared
        .filter(({ type }) => type.includes("SecurityGroup"))
        .map(({ type, inputs }) => {
          const { securityGroupId, referencedSecurityGroupId, fromPort, toPort } = inputs;
          expect([fromPort, toPort, inputs.ipProtocol]).to.deep.equal([6379, 6379, "tcp"]);
          const side = type.includes("Ingress") ? "into" : "out of";
          return `${side} ${String(securityGroupId)}: ${String(referencedSecurityGroupId)}`;
        });
    const access = moverArgs().access;

    it("to a target that names it, and into the source", async () => {
      expect(rules(await declare())).to.have.members([
        "out of sg-0mover: sg-0target",
        "out of sg-0mover: sg-0source",
        "into sg-0source: sg-0mover",
      ]);
    });

    it("into the target's existing groups, and once where both have the same one", async () => {
      const both = { ...access, target: ["sg-0cache"], targetNamesIt: false };
      const declared = await declare({ access: { ...both, source: ["sg-0cache", "sg-0old"] } });
      expect(rules(declared)).to.have.members([
        "out of sg-0mover: sg-0cache",
        "into sg-0cache: sg-0mover",
        "out of sg-0mover: sg-0old",
        "into sg-0old: sg-0mover",
      ]);
    });
  });
});

describe("MoverPlace", () => {
  const cloud = new MockCloud();
  before(() => cloud.install());
  beforeEach(() => cloud.reset());

  async function declare(changes: Partial<MoverPlaceArgs> = {}): Promise<Declared[]> {
    const { MoverPlace } = await import("../../../components/mover/place.ts");
    const owner = { app: "acme", environment: "test", dataClass: "confidential" } as const;
    const args = { ...owner, subnetId: "subnet-0acme1", ...changes };
    new MoverPlace("place", args, { transformations: [cloud.watch] });
    return await cloud.declared();
  }
  const ways = (declared: Declared[]) =>
    declared
      .filter(({ type }) => type.endsWith("EgressRule"))
      .map(({ inputs }) => `${String(inputs.cidrIpv4)}:${String(inputs.fromPort)}`);

  it("lets out to the API and the engine, and nobody in", async () => {
    const declared = await declare();
    const group = declared.find(({ name }) => name === "place-security-group");
    expect(group?.inputs).to.include({ name: "acme-mover", vpcId: "vpc-0acme" });
    expect(group?.inputs).not.to.have.any.keys("ingress", "egress");
    expect(declared.filter(({ type }) => type.endsWith("IngressRule"))).to.deep.equal([]);
    expect(ways(declared)).to.deep.equal(["0.0.0.0/0:443", "10.20.0.0/16:5432"]);
  });

  it("lets out to an engine elsewhere", async () => {
    const declared = await declare({ engine: { port: 6543, cidr: "10.9.0.0/24" } });
    expect(ways(declared)).to.deep.equal(["0.0.0.0/0:443", "10.9.0.0/24:6543"]);
  });
});
