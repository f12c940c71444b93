import { expect } from "chai";
import type { HipaaApplicationArgs } from "../../../components/hipaa/applicationArgs.ts";
import { bootHosts } from "../../../components/hipaa/compute/bootHosts.ts";
import { userData } from "../../../components/hipaa/compute/userData.ts";
import { hipaaDefaults } from "../../../components/hipaa/defaults.ts";
import { valueOf } from "../../support/outputs.ts";
import { rejection } from "../../support/rejection.ts";
import { MockCloud } from "../../support/mocks.ts";
import type { Declared } from "../../support/mocks.ts";
import { answerForHipaa, build } from "./parts.ts";

describe("the application of the target hipaa", () => {
  const cloud = new MockCloud();
  before(() => cloud.install());
  beforeEach(() => {
    cloud.reset();
    answerForHipaa(cloud);
  });

  let usual: Declared[] | undefined;
  /** What is declared with these changes; without any, once for all tests. */
  async function declare(changes?: Partial<HipaaApplicationArgs>): Promise<Declared[]> {
    if (changes === undefined && usual) return usual;
    await build.application({ transformations: [cloud.watch] }, changes);
    const declared = (await cloud.declared()).slice(1);
    if (changes === undefined) usual = declared;
    return declared;
  }
  const one = (declared: readonly Declared[], name: string) => {
    const found = declared.filter((each) => each.name === name);
    expect(found, name).to.have.length(1);
    return found[0]!.inputs;
  };

  it("takes HTTPS in, hands it on by HTTPS, and sends plain HTTP there", async () => {
    const declared = await declare();
    expect(one(declared, "other-https")).to.include({
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    });
    expect(JSON.stringify(one(declared, "other-http")["defaultActions"])).to.include("HTTP_301");
    const targets = one(declared, "other-targets");
    expect(targets).to.include({ port: 5000, protocol: "HTTPS" });
    expect(targets["healthCheck"]).to.include({ path: "/api/health", protocol: "HTTPS" });
    expect(one(declared, "other-balancer")).to.include({
      dropInvalidHeaderFields: true,
      enableDeletionProtection: true,
    });
  });

  it("starts instances without key pair and public address, encrypted, asked for by token", async () => {
    const template = one(await declare(), "other-template");
    expect(template).not.to.have.property("keyName");
    expect(template["metadataOptions"]).to.include({ httpTokens: "required" });
    expect(template["imageId"]).to.match(/^resolve:ssm:.*ubuntu\/server\/24\.04.*amd64/);
    const [card] = template["networkInterfaces"] as [object];
    expect(card).to.include({ associatePublicIpAddress: "false" });
    const [volume] = template["blockDeviceMappings"] as [{ ebs: object }];
    expect(volume.ebs).to.include({ encrypted: "true", volumeType: "gp3" });
  });

  it("has two to six of them, and three policies with the requirement's numbers", async () => {
    const declared = await declare();
    expect(one(declared, "other-group")).to.include({
      minSize: 2,
      desiredCapacity: 2,
      maxSize: 6,
      healthCheckType: "ELB",
    });
    const rule = (id: string) => {
      const { scalingAdjustment, cooldown } = one(declared, `other-scale-${id}`);
      const { threshold, period, evaluationPeriods } = one(declared, `other-scale-${id}-alarm`);
      return [scalingAdjustment, cooldown, threshold, Number(period) * Number(evaluationPeriods)];
    };
    expect(rule("busy")).to.deep.equal([1, 300, 70, 300]);
    expect(rule("asked")).to.deep.equal([1, 300, 1000, 60]);
    expect(rule("idle")).to.deep.equal([-1, 600, 30, 600]);
  });

  it("before it serves has no record, and replaces no instance that has no application yet", async () => {
    const waiting = await declare({ serving: false });
    expect(waiting.map(({ name }) => name)).not.to.include("other-record");
    expect(one(waiting, "other-group")["suspendedProcesses"]).to.deep.equal(["ReplaceUnhealthy"]);
    cloud.reset();
    const serving = await declare();
    expect(one(serving, "other-record")).to.include({ name: "app.acme.example", type: "A" });
    expect(one(serving, "other-group")["suspendedProcesses"]).to.deep.equal([]);
  });

  it("takes an existing certificate, an imported one with its key kept secret, or none without a domain", async () => {
    const existing =
      "arn:aws:acm:ca-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000";
    const adopted = await declare({ certificate: { existing }, domain: undefined });
    expect(adopted.filter(({ type }) => /acm|route53/.test(type))).to.deep.equal([]);
    cloud.reset();
    const bought = { certificate: "cert", privateKey: "key", chain: "chain" };
    const imported = await declare({ certificate: { import: bought }, domain: undefined });
    const certificate = imported.find(({ name }) => name === "other-certificate")!;
    expect(certificate.secretInputs).to.include("privateKey");
    const refused = await rejection(declare({ domain: undefined }));
    expect((refused as Error).message).to.include("`domain` must be provided");
  });

  it("has its name in a zone of its own, where one is asked for, and says who answers for it", async () => {
    const zone = { create: true, name: "acme.example" } as const;
    cloud.states["aws:route53/zone:Zone"] = () => ({ zoneId: "Z0NEW", nameServers: ["ns-1.test"] });
    const opts = { transformations: [cloud.watch] };
    const domain = { name: "app.acme.example", zone };
    const application = await build.application(opts, { domain });
    const declared = (await cloud.declared()).slice(1);
    expect(one(declared, "other-zone")).to.include({ name: "acme.example" });
    expect(one(declared, "other-record")["zoneId"]).to.equal("Z0NEW");
    expect(await valueOf(application.nameServers)).to.deep.equal(["ns-1.test"]);
    expect(cloud.calls.map(({ token }) => token)).not.to.include("aws:route53/getZone:getZone");
    const both = { name: "app.acme.example", zone: { ...zone, id: "Z0ACME" } };
    const refused = await rejection(build.application({}, { domain: both }));
    expect((refused as Error).message).to.include("`domain.zone` must have either `id`");
  });

  it("has roles without wildcard actions, and resources for all that services have resources for", async () => {
    const policies = (await declare()).filter(({ type }) => type === "aws:iam/policy:Policy");
    expect(policies.map(({ name }) => name)).to.have.members([
      "other-instance-rights",
      "other-patching-rights",
      "other-deployment-rights",
      "other-deployer-rights",
    ]);
    const statements = policies.flatMap(({ inputs }) => {
      const { Statement } = JSON.parse(String(inputs["policy"])) as {
        Statement: { Sid: string; Action: string | string[]; Resource: unknown }[];
      };
      return Statement;
    });
    for (const { Sid, Action } of statements) {
      expect([Action].flat().join(), Sid).not.to.include("*");
    }
    const everywhere = statements.filter(({ Resource }) => Resource === "*").map(({ Sid }) => Sid);
    expect(everywhere).to.have.members(["TellsItsMetrics", "FindsItsGroup", "Looks"]);
  });

  it("is deployed to by one environment of one repository only", async () => {
    const { assumeRolePolicy } = one(await declare(), "other-deployer-role");
    expect(String(assumeRolePolicy)).to.include("repo:acme/validator:environment:production");
    expect(String(assumeRolePolicy)).not.to.include("StringLike");
  });

  it("counts large bodies at the firewall, since files are what it is for, and logs no tokens", async () => {
    const declared = await declare();
    const rules = JSON.stringify(one(declared, "other-firewall")["rules"]);
    expect(rules).to.match(
      /"actionToUse":\{"count":\{\}\},"name":"SizeRestrictions_BODY"|"name":"SizeRestrictions_BODY","actionToUse":\{"count":\{\}\}/,
    );
    const redacted = JSON.stringify(one(declared, "other-firewall-logging")["redactedFields"]);
    expect(redacted).to.include("authorization").and.to.include("cookie");
  });

  it("is refused with fewer than two instances, or a certificate of another region", async () => {
    const message = async (changes: Partial<HipaaApplicationArgs>) =>
      ((await rejection(declare(changes))) as Error).message;
    expect(await message({ compute: { minimum: 1 } })).to.include("`compute.minimum`");
    const existing =
      "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000";
    expect(await message({ certificate: { existing } })).to.include("must be in ca-central-1");
    expect(await message({ region: "us-east-1" })).to.include("ca-central-1");
  });
});

describe("what an instance is prepared by", () => {
  const settings = {
    app: "acme",
    region: "ca-central-1",
    instanceType: "t3.medium",
    nodeVersion: hipaaDefaults.nodeVersion,
    packageMirror: hipaaDefaults.packageMirror,
    logGroup: "/godwit/acme/application",
  };
  const script = userData(settings);

  it("goes to the hosts that are listed, by 443, and to no other", () => {
    const hosts = bootHosts(settings.region, settings.packageMirror);
    const asked = [...script.matchAll(/\b(https?):\/\/([a-z0-9.-]+)/g)].map(([, scheme, host]) => ({
      scheme,
      host,
    }));
    expect(asked.filter(({ scheme }) => scheme !== "https")).to.deep.equal([]);
    expect(new Set(asked.map(({ host }) => host))).to.deep.equal(
      new Set(hosts.map(({ host }) => host)),
    );
    expect(hosts.every(({ port }) => port === 443)).to.equal(true);
  });

  it("holds no secret, and fits into what an instance may be given", () => {
    expect(script).not.to.match(/password|token|AKIA|salt/i);
    expect(Buffer.byteLength(script)).to.be.lessThan(16_384);
  });

  it("is for the processor of the instance type", () => {
    expect(script).to.include("linux-x64").and.to.include("/ubuntu/amd64/");
    const arm = userData({ ...settings, instanceType: "t4g.medium" });
    expect(arm).to.include("linux-arm64").and.to.include("/ubuntu/arm64/");
  });
});
