import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";
import { DescribeCacheClustersCommand } from "@aws-sdk/client-elasticache";
import type { Properties } from "../../rehearsal/clouds/world.ts";
import { askTwin, readControl } from "../../rehearsal/control/client.mjs";
import { diffOf, knownOnly, type Diff } from "../../rehearsal/provider/diff.ts";
import { randomKinds } from "../../rehearsal/provider/random.ts";
import { sdkShapeOf } from "../../rehearsal/provider/sdkShape.ts";
import { rejection } from "../support/rejection.ts";
import { GROUP, groupInputs, redis, startCloudTwin, until, type CloudTwin } from "./cloudTwin.ts";
import { openTestStack } from "./testStack.ts";

/** An update of the real engine with its plugins, on a busy machine. */
const UPDATE_MS = 60_000;
/** A secret in a place where the SDK expects none. */
const NOT_TO_BE_SEEN = "not-to-be-seen";

describe("the real Pulumi engine against a twin", function () {
  this.timeout(UPDATE_MS);
  let twin: CloudTwin;
  let stack: Stack;
  before(async () => {
    twin = await startCloudTwin();
    stack = await openTestStack(twin.twin, "proof", program());
  });
  after(async () => await twin?.stop());

  it("creates a group with key, token, secret and groups, and adopts the source", async () => {
    const { summary, outputs } = await stack.up();
    expect(summary.resourceChanges).to.deep.equal({ create: 10, import: 1 });
    const { "redis.target": target } = await twin.twin.endpoints();
    expect(outputs["primary"]!.value).to.equal(target!.serverName);
    expect(outputs["token"]!.secret).to.equal(true);
    expect(outputs["token"]!.value).to.match(/^[A-Za-z0-9!&#$^<>-]{32}$/);
    expect(await redis({ ...target!, password: String(outputs["token"]!.value) }, "PING")).to.equal(
      "PONG",
    );
    expect(outputs["source"]!.value).to.match(/^acme-redis-production\./);
    expect(outputs["topic"]!.value).to.match(/^arn:aws:sns:us-east-1:123456789012:topic-/);
  });

  it("finds nothing to change afterwards, before and after a refresh", async () => {
    expect((await stack.preview()).changeSummary).to.deep.equal({ same: 11 });
    await stack.refresh();
    expect((await stack.preview()).changeSummary).to.deep.equal({ same: 11 });
  });

  it("leaves the token in no file and on no command line", async () => {
    const token = String((await stack.outputs())["token"]!.value);
    expect(stateOf("proof")).to.contain("acme-redis-encrypted");
    expect(stateOf("proof")).to.not.contain(token).and.not.contain(NOT_TO_BE_SEEN);
    const found = execFileSync("sh", ["-c", 'grep -rlF -e "$TOKEN" "$DIR" || true'], {
      env: { ...process.env, TOKEN: token, DIR: twin.twin.dir },
      encoding: "utf8",
    });
    expect(found).to.equal("");
    expect(execFileSync("ps", ["axww", "-o", "args"], { encoding: "utf8" })).to.not.contain(token);
  });

  it("replaces what the real provider would, and updates the rest", async () => {
    const { outputs: state } = await twin.resource("read", GROUP, { id: "acme-redis-encrypted" });
    const given = groupInputs({ kmsKeyId: state["kmsKeyId"] });
    const known = { ...state, ...given, __inputs: Object.keys(given) };
    const diff = (changes: Properties) =>
      twin.resource<Diff>("diff", GROUP, { inputs: { ...given, ...changes }, state: known });
    expect(await diff({})).to.deep.include({ changed: [] });
    expect(await diff({ snapshotRetentionLimit: 3 })).to.deep.include({
      changed: ["snapshotRetentionLimit"],
      replaces: [],
    });
    for (const change of [{ kmsKeyId: "other" }, { snapshotName: "a" }, { port: 6380 }]) {
      const { replaces, deleteBeforeReplace } = await diff(change);
      expect(replaces).to.deep.equal(Object.keys(change));
      expect(deleteBeforeReplace).to.equal(true);
    }
  });

  it("refuses an engine version that the real provider does not take", async () => {
    const inputs = groupInputs({ engineVersion: "7.1.0" });
    const checked = await twin.resource<{ failures: { property: string; reason: string }[] }>(
      "check",
      GROUP,
      { inputs },
    );
    expect(checked.failures[0]).to.include({ property: "engineVersion" });
    expect(checked.failures[0]!.reason).to.match(/<major>\.<minor>/);
  });

  it("destroys everything but the adopted source", async () => {
    const { summary } = await stack.destroy();
    expect(summary.resourceChanges).to.deep.equal({ delete: 11 });
    const { CacheClusters } = await twin.elastiCache.send(new DescribeCacheClustersCommand({}));
    expect(CacheClusters!.map(({ CacheClusterId }) => CacheClusterId)).to.deep.equal([
      "acme-redis-production",
    ]);
  });

  it("finishes creating what a killed engine asked for, and finds it by its name", async () => {
    const inputs = groupInputs({ kmsKeyId: undefined, replicationGroupId: "left-behind" });
    await askAndDie(twin.twin.dir, "/resources/create", { type: GROUP, name: "group", inputs });
    const again = await rejection(twin.resource("create", GROUP, { inputs }));
    expect(again).to.include({ code: "ReplicationGroupAlreadyExistsFault" });
    const found = await until(async () => {
      const read = await twin.resource("read", GROUP, { id: "left-behind" });
      return read.id ? read : undefined;
    });
    expect(found.outputs).to.include({ replicationGroupId: "left-behind", numCacheClusters: 2 });
    await twin.resource("delete", GROUP, { id: "left-behind", state: {} });
  });

  it("denies what it was told to deny to the plugins as well", async () => {
    await twin.twin.inject("deny@CreateReplicationGroup");
    const create = twin.resource("create", GROUP, { inputs: groupInputs() });
    expect(await rejection(create)).to.include({ code: "AccessDenied" });
    await twin.twin.clearFaults();
  });

  it("says which data source it does not have", async () => {
    const ask = { token: "aws:ec2/getAmi:getAmi", args: {} };
    const asked = askTwin(readControl(twin.twin.dir), "/functions", ask);
    expect(await rejection(asked)).to.match(/does not have aws:ec2\/getAmi:getAmi/);
  });

  const stateOf = (name: string) =>
    readFileSync(join(twin.twin.dir, "state/.pulumi/stacks/godwit", `${name}.json`), "utf8");
});

/** Asks the twin and is gone before it answers. */
async function askAndDie(dir: string, path: string, body: object): Promise<void> {
  const { host, port, token, ca } = readControl(dir);
  const headers = { authorization: `Bearer ${token}` };
  const asked = request({ host, port, path, ca, method: "POST", headers });
  asked.on("error", () => {});
  asked.end(JSON.stringify(body));
  await once(asked, "finish");
  await delay(20);
  asked.destroy();
}

/** What a migration's program declares, in small. */
function program(): PulumiFn {
  return async () => {
    const { secret } = await import("@pulumi/pulumi");
    const { Key } = await import("@pulumi/aws/kms/key.js");
    const { Alias } = await import("@pulumi/aws/kms/alias.js");
    const { Cluster } = await import("@pulumi/aws/elasticache/cluster.js");
    const { ParameterGroup } = await import("@pulumi/aws/elasticache/parameterGroup.js");
    const { ReplicationGroup } = await import("@pulumi/aws/elasticache/replicationGroup.js");
    const { SubnetGroup } = await import("@pulumi/aws/elasticache/subnetGroup.js");
    const { Secret } = await import("@pulumi/aws/secretsmanager/secret.js");
    const { SecretVersion } = await import("@pulumi/aws/secretsmanager/secretVersion.js");
    const { Topic } = await import("@pulumi/aws/sns/topic.js");
    const { RandomPassword } = await import("@pulumi/random/randomPassword.js");

    const clusterId = "acme-redis-production";
    const ignoreChanges = [...(sdkShapeOf("aws:elasticache/cluster:Cluster")?.inputs ?? [])].filter(
      (name) => name !== "clusterId",
    );
    const adopt = { import: clusterId, retainOnDelete: true, ignoreChanges };
    const source = new Cluster("source", { clusterId }, adopt);
    const key = new Key("key", { enableKeyRotation: true });
    new Alias("alias", { name: "alias/acme-redis", targetKeyId: key.keyId });
    const token = new RandomPassword("token", { length: 32, overrideSpecial: "!&#$^<>-" });
    const kept = new Secret("secret", {
      name: "acme/redis/auth-token",
      kmsKeyId: key.arn,
      recoveryWindowInDays: 0,
    });
    new SecretVersion("version", { secretId: kept.id, secretString: token.result });
    const subnets = new SubnetGroup("subnets", { subnetIds: ["subnet-0acme1", "subnet-0acme2"] });
    const parameters = new ParameterGroup("parameters", { family: "redis7" });
    const topic = new Topic("topic", { displayName: secret(NOT_TO_BE_SEEN) });
    const group = new ReplicationGroup("group", {
      ...(groupInputs() as { description: string }),
      kmsKeyId: key.arn,
      authToken: token.result,
      subnetGroupName: subnets.name,
      parameterGroupName: parameters.name,
    });
    return {
      primary: group.primaryEndpointAddress,
      token: token.result,
      source: source.cacheNodes.apply(([node]) => node?.address),
      topic: topic.arn,
    };
  };
}

describe("the difference between state and inputs", () => {
  const state = { name: "a", size: 1, ids: ["x", "y"], computed: 7, __inputs: ["name", "size"] };

  it("is what an input says otherwise, or says no more", () => {
    expect(diffOf(state, { name: "a", size: 1 }, [])).to.deep.include({ changed: [] });
    expect(diffOf(state, { name: "a", size: 2 }, [])).to.deep.include({ changed: ["size"] });
    expect(diffOf(state, { name: "a" }, [])).to.deep.include({ changed: ["size"] });
    expect(diffOf(state, { name: "a", size: 1, new: true }, [])).to.deep.include({
      changed: ["new"],
    });
  });

  it("does not see the order of identifiers, nor how a scalar is written", () => {
    const inputs = { name: "a", size: "1", securityGroupIds: ["x", "y"] };
    const before = { ...state, securityGroupIds: ["y", "x"] };
    expect(diffOf(before, inputs, []).changed).to.deep.equal([]);
  });

  it("replaces for what cannot be changed, the old one first where the name stays", () => {
    const [renamed, resized] = [
      { name: "b", size: 1 },
      { name: "a", size: 2 },
    ];
    expect(diffOf(state, renamed, ["name"])).to.deep.include({
      replaces: ["name"],
      deleteBeforeReplace: false,
    });
    expect(diffOf(state, resized, ["size"])).to.deep.include({ deleteBeforeReplace: true });
    expect(diffOf(state, resized, ["name"])).to.deep.include({ replaces: [] });
  });

  it("counts a value that is not known yet as a change, and not as a value", () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const inputs = { name: "a", size: unknown };
    expect(diffOf(state, inputs, []).changed).to.deep.equal(["size"]);
    expect(knownOnly(inputs)).to.deep.equal({ name: "a" });
  });
});

describe("a random password", () => {
  const make = async (inputs: object) => {
    const kind = randomKinds.find(({ type }) => type.endsWith(":RandomPassword"))!;
    const { outputs } = await kind.create(inputs as Record<string, unknown>);
    return String(outputs["result"]);
  };

  it("has the length and only the characters asked for, at least as many of each", async () => {
    for (let i = 0; i < 50; i++) {
      expect(await make({ length: 20, special: false })).to.match(/^[A-Za-z0-9]{20}$/);
      const picky = { length: 8, overrideSpecial: "#", minSpecial: 3, minNumeric: 2, lower: false };
      const password = await make(picky);
      expect(password).to.match(/^[A-Z0-9#]{8}$/);
      expect(password.replace(/[^#]/g, "").length).to.be.at.least(3);
      expect(password.replace(/\D/g, "").length).to.be.at.least(2);
    }
  });

  it("is another one every time", async () => {
    expect(await make({ length: 32 })).to.not.equal(await make({ length: 32 }));
  });
});

describe("an output of a resource that only has to be remembered", () => {
  it("exists for everything that the SDK declares", () => {
    const shape = sdkShapeOf("aws:sns/topic:Topic")!;
    expect([...shape.inputs]).to.include.members(["name", "fifoTopic", "kmsMasterKeyId"]);
    expect(Object.fromEntries(shape.outputs)).to.include({ arn: "string", owner: "string" });
    expect(shape.outputs.has("kmsMasterKeyId")).to.equal(false);
  });
});
