import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { MockCloud } from "../../support/mocks.ts";
import type { Declared } from "../../support/mocks.ts";
import { answerForHipaa, keys, network, owner } from "./parts.ts";
import { parseHipaa, rawHipaaStack } from "./settings.ts";

const SECRET = "arn:aws:secretsmanager:ca-central-1:123456789012:secret:rds!db-1";
const mover = {
  package: "s3://acme-artifacts/godwit-0.1.0.tgz",
  source: { cidr: "203.0.113.10/32" },
};

describe("the mover of the target hipaa", () => {
  const cloud = new MockCloud();
  before(() => cloud.install());
  beforeEach(() => {
    cloud.reset();
    answerForHipaa(cloud);
  });

  /** What is declared for the mover alone: its surroundings are there already. */
  async function declare(changes: Record<string, string | undefined> = {}): Promise<Declared[]> {
    const { declareMover } = await import("../../../components/hipaa/mover.ts");
    const settings = parseHipaa(
      rawHipaaStack({ "godwit:mover": JSON.stringify(mover), ...changes }),
    );
    const administratorSecretArn = pulumi.output(SECRET);
    const around = { network, keys, database: { administratorSecretArn } };
    declareMover(settings, owner, around, { transformations: [cloud.watch] });
    return await cloud.declared();
  }
  const one = (declared: readonly Declared[], name: string) =>
    declared.find((each) => each.name === name)!.inputs;

  it("stands among the instances, and reaches the database, the old server and its engine only", async () => {
    const declared = await declare();
    expect(one(declared, "mover-machine")["subnetId"]).to.equal("subnet-application-a");
    const ways = declared
      .filter(({ type }) => type.endsWith("EgressRule"))
      .map(({ inputs }) => {
        const to = inputs["cidrIpv4"] ?? inputs["referencedSecurityGroupId"];
        return `${String(to)} ${String(inputs["fromPort"])}`;
      });
    expect(ways).to.have.members([
      "0.0.0.0/0 443",
      "10.0.0.0/16 5432",
      "sg-database 5432",
      "203.0.113.10/32 5432",
    ]);
    expect(one(declared, "mover-into-target-1")).to.include({ securityGroupId: "sg-database" });
  });

  it("may read the administrator's password and where its engine is, and nothing else", async () => {
    const policy = String(one(await declare(), "mover-rights")["policy"]);
    const { Statement } = JSON.parse(policy) as { Statement: { Sid: string; Resource: unknown }[] };
    const readable = Statement.find(({ Sid }) => Sid === "ReadsItsSecrets")!.Resource as string[];
    expect(readable).to.include(SECRET).and.to.have.length(2);
    expect(policy).to.include("key/secrets");
  });

  it("goes when the move is settled, and is not there unless asked for", async () => {
    expect(await declare({ "godwit:stage": "settled" })).to.deep.equal([]);
    cloud.reset();
    expect(await declare({ "godwit:mover": undefined })).to.deep.equal([]);
  });
});
