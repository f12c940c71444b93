import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { projectRoot } from "../../automation/home.ts";
import { judge } from "../../policy/finding.ts";
import type { Resource } from "../../policy/plan.ts";
import { rules } from "../../policy/rules/index.ts";
import { outside } from "../../policy/rules/outside.ts";
import { resource, UNKNOWN } from "./resources.ts";
import { never, samples } from "./samples/index.ts";
import type { Sample } from "./samples/index.ts";
import { HIPAA_PACK } from "./hipaaPack.ts";

/** The engine's marks for what it does not know yet. */
const TRUTH = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7";
const NUMBER = "3eeb2bf0-c639-47a8-9e75-3b44932eb421";
const LIST = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2";

const byId = new Map(rules.map((rule) => [rule.id, rule]));

function planOf({ type, inputs, within, beside = [] }: Sample): Resource[] {
  return [resource(type, inputs, "it", within), ...beside];
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(folder, file), "utf8"));
}

function broken(sample: Sample, rule: string): Resource[] {
  const change = sample.broken[rule]!;
  if (!("beside" in change)) {
    return planOf({ ...sample, inputs: { ...sample.inputs, ...change } });
  }
  const changes = change.beside as Record<string, Record<string, unknown> | null>;
  const beside = (sample.beside ?? []).flatMap((other) => {
    const inputs = other.type in changes ? changes[other.type] : other.inputs;
    return inputs ? [{ ...other, inputs }] : [];
  });
  return planOf({ ...sample, beside });
}

describe("the policy's rules", () => {
  it("have names of their own, and each a sample that breaks it", () => {
    const shown = [
      ...samples.flatMap((sample) => Object.keys(sample.broken)),
      ...Object.keys(never),
    ];
    expect(rules.map(({ id }) => id)).to.have.length(byId.size);
    expect([...byId.keys()].filter((id) => !shown.includes(id))).to.deep.equal([]);
  });

  it("cite the Security Rule, and cdk-nag's HIPAA pack by its own names", () => {
    for (const { id, hipaa, cdkNag } of rules) {
      expect(hipaa, id).to.match(/^164\.3\d\d\([a-z]\)/);
      if (cdkNag?.startsWith("HIPAA")) expect(cdkNag).to.equal(`HIPAA.Security-${id}`);
    }
  });

  it("are with those left out all of cdk-nag's HIPAA pack in our areas", () => {
    const own = rules.filter(({ cdkNag }) => cdkNag?.startsWith("HIPAA.Security-"));
    const all = [...own.map(({ id }) => id), ...outside.flatMap(({ rules: out }) => out)];
    expect(all).to.have.members(HIPAA_PACK);
  });

  it("leave out only what no component declares", () => {
    const sources = filesIn(join(projectRoot, "components"));
    for (const { types } of outside) {
      for (const type of types) {
        const [, module, name] = /^aws:(\w+)\/\w+:(\w+)$/.exec(type)!;
        const declares = sources.filter((text) => text.includes(`aws.${module}.${name}(`));
        expect(declares, type).to.deep.equal([]);
      }
    }
  });

  for (const sample of samples) {
    for (const [id] of Object.entries(sample.broken)) {
      const rule = byId.get(id)!;
      const kind = sample.type.split(":").at(-1)!;
      it(`${id}: ${rule?.holds} (${kind})`, () => {
        const whole = judge(planOf(sample), [rule]);
        expect(whole).to.deep.include({ findings: [], undecided: [] });
        const { findings } = judge(broken(sample, id), [rule]);
        expect(findings).to.have.length(1);
        expect(findings[0]).to.include({ rule: id, resource: "it", hipaa: rule.hipaa });
      });
    }
  }

  for (const [id, resource] of Object.entries(never)) {
    it(`${id}: never as ${resource.type}`, () => {
      expect(judge([resource], [byId.get(id)!]).findings).to.have.length(1);
    });
  }

  describe("before the first update", () => {
    const bucket = resource("aws:s3/bucket:Bucket", { bucket: "acme" });
    const ruleOf = (id: string) => [byId.get(id)!];

    it("leave open what belongs to a bucket whose id is not known", () => {
      const logging = resource("aws:s3/bucketLogging:BucketLogging", { bucket: UNKNOWN });
      const { findings, undecided } = judge([bucket, logging], ruleOf("S3BucketLoggingEnabled"));
      expect(findings).to.deep.equal([]);
      expect(undecided.map(({ resource: name }) => name)).to.deep.equal(["it"]);
    });

    it("leave open what the engine marks as unknown, whatever it is", () => {
      const marks: [string, string, string, string][] = [
        ["RDSMultiAZSupport", "aws:rds/instance:Instance", "multiAz", TRUTH],
        ["RDSInstanceBackupEnabled", "aws:rds/instance:Instance", "backupRetentionPeriod", NUMBER],
        ["EC2RestrictedSSH", "aws:ec2/securityGroup:SecurityGroup", "ingress", LIST],
      ];
      for (const [id, type, name, mark] of marks) {
        const judged = judge([resource(type, { [name]: mark })], ruleOf(id));
        expect(judged.undecided, id).to.have.length(1);
      }
    });

    it("find what is not there at all", () => {
      expect(judge([bucket], ruleOf("S3BucketLoggingEnabled")).findings).to.have.length(1);
    });

    it("leave open a policy whose text is not known, and a group whose clients are not", () => {
      const policy = resource("aws:iam/policy:Policy", { policy: UNKNOWN });
      const admin = ruleOf("IAMPolicyNoStatementsWithAdminAccess");
      expect(judge([policy], admin).undecided).to.have.length(1);
      const ways = [{ protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: [UNKNOWN] }];
      const group = resource("aws:ec2/securityGroup:SecurityGroup", { ingress: ways });
      expect(judge([group], ruleOf("EC2RestrictedDataPorts")).undecided).to.have.length(1);
      expect(judge([group], ruleOf("EC2RestrictedSSH")).undecided).to.deep.equal([]);
    });
  });
});
