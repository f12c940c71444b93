import { expect } from "chai";
import type { EncryptedRedisArgs } from "../../../components/redis/args.ts";
import type { Declared } from "../../support/mocks.ts";
import { RedisUnderTest } from "./redisUnderTest.ts";

const FIRST = "mock-Token-0123456789-abcdefghij";
const SECOND = "mock-Second-0123456789-abcdefghij";

describe("EncryptedRedis: rotation of the token", () => {
  const redis = new RedisUnderTest();

  async function declare(changes: Partial<EncryptedRedisArgs>): Promise<Map<string, Declared>> {
    const declared = await redis.declare({ stage: "settled", source: undefined, ...changes });
    return new Map(declared.map((resource) => [resource.name, resource]));
  }

  it("begins with one token, and the strategy that the settings name", async () => {
    const declared = await declare({ tokenRotation: "none", authUpdateStrategy: "SET" });
    expect(declared.get("redis-group")!.inputs).to.include({
      authToken: FIRST,
      authTokenUpdateStrategy: "SET",
    });
    expect([...declared.keys()].filter((name) => name.includes("second"))).to.deep.equal([]);
  });

  for (const [tokenRotation, authTokenUpdateStrategy] of [
    ["added", "ROTATE"],
    ["set", "SET"],
  ] as const) {
    it(`${tokenRotation}: gives the group the second token with ${authTokenUpdateStrategy}, whatever the settings name`, async () => {
      const other = authTokenUpdateStrategy === "SET" ? "ROTATE" : "SET";
      const declared = await declare({ tokenRotation, authUpdateStrategy: other });
      const group = declared.get("redis-group")!;
      expect(group.inputs).to.include({ authToken: SECOND, authTokenUpdateStrategy });
      expect(group.inputs).to.include({ applyImmediately: true });
      expect(group.secretInputs).to.deep.equal(["authToken"]);
    });

    it(`${tokenRotation}: makes it the secret's value once the group takes it, and keeps the first one's version`, async () => {
      const declared = await declare({ tokenRotation });
      const version = declared.get("redis-second-secret-version")!;
      expect(version.inputs).to.deep.equal({ secretId: "redis-secret-id", secretString: SECOND });
      expect(version.secretInputs).to.deep.equal(["secretString"]);
      const [group] = version.options.dependsOn as { __name?: string }[];
      expect(group?.__name).to.equal("redis-group");
      expect(declared.get("redis-secret-version")!.inputs["secretString"]).to.equal(FIRST);
    });
  }

  it("changes nothing of the group but token and strategy, so that it is not replaced", async () => {
    const before = (await declare({ tokenRotation: "none" })).get("redis-group")!.inputs;
    redis.cloud.reset();
    const after = (await declare({ tokenRotation: "set" })).get("redis-group")!.inputs;
    const changed = Object.keys(after).filter(
      (name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]),
    );
    expect(changed).to.have.members(["authToken", "authTokenUpdateStrategy", "applyImmediately"]);
    expect(Object.keys(after)).to.have.members(Object.keys(before));
  });

  it("makes the second token as it made the first one", async () => {
    const declared = await declare({ tokenRotation: "added" });
    const [first, second] = ["redis-auth-token", "redis-second-auth-token"].map(
      (name) => declared.get(name)!.inputs,
    );
    expect(second).to.deep.equal(first);
  });
});
