import { expect } from "chai";
import { NEW_KEY, TAGS, baseArgs, RedisUnderTest } from "./redisUnderTest.ts";

describe("EncryptedRedis: key, token and network", () => {
  const redis = new RedisUnderTest();

  describe("key", () => {
    it("is rotated, has its alias, and lets CloudWatch use it", async () => {
      const key = await redis.child("redis-key", { production: true });
      expect(key.inputs).to.include({ enableKeyRotation: true, deletionWindowInDays: 30 });
      const declared = await redis.cloud.declared();
      const alias = declared.find(({ name }) => name === "redis-key-alias");
      expect(alias?.inputs).to.deep.equal({ name: "alias/acme-redis", targetKeyId: "new" });
      const policy = declared.find(({ name }) => name === "redis-key-policy");
      const { Statement } = JSON.parse(policy!.inputs.policy as string) as {
        Statement: { Principal: object; Condition?: object }[];
      };
      expect(Statement.map(({ Principal, Condition }) => ({ Principal, Condition }))).to.deep.equal(
        [
          { Principal: { AWS: "arn:aws:iam::123456789012:root" }, Condition: undefined },
          {
            Principal: { Service: "logs.us-east-1.amazonaws.com" },
            Condition: {
              ArnLike: {
                "kms:EncryptionContext:aws:logs:arn":
                  "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/elasticache/acme-redis-encrypted/*",
              },
            },
          },
          { Principal: { Service: "cloudwatch.amazonaws.com" }, Condition: undefined },
        ],
      );
    });

    it("that exists is found by its alias", async () => {
      const { inputs } = await redis.child("redis-group", {
        kms: { existing: "alias/acme-redis" },
      });
      expect(inputs.kmsKeyId).to.equal("arn:aws:kms:us-east-1:123456789012:key/found");
      expect(redis.cloud.calls.map(({ token, inputs: asked }) => [token, asked])).to.deep.equal([
        ["aws:kms/getAlias:getAlias", { name: "alias/acme-redis" }],
      ]);
    });

    it("that is named by its ARN is taken without looking", async () => {
      const arn = "arn:aws:kms:us-east-1:123456789012:key/given";
      const { inputs } = await redis.child("redis-group", { kms: { existing: arn } });
      expect(inputs.kmsKeyId).to.equal(arn);
      expect(redis.cloud.calls).to.deep.equal([]);
    });

    it("encrypts data, secret, logs and alarm topic", async () => {
      const declared = await redis.declare({ alarms: { email: "ops@example.com" } });
      const encrypted = declared.flatMap(({ name, inputs }) =>
        (inputs.kmsKeyId ?? inputs.kmsMasterKeyId) === NEW_KEY ? [name] : [],
      );
      expect(encrypted).to.have.members([
        "redis-group",
        "redis-secret",
        "redis-slow-log",
        "redis-engine-log",
        "redis-alarm-topic",
      ]);
    });
  });

  describe("token", () => {
    it("has 32 characters that ElastiCache takes", async () => {
      const { inputs } = await redis.child("redis-auth-token");
      expect(inputs).to.deep.equal({
        length: 32,
        special: true,
        overrideSpecial: "!&#$^<>-",
        minUpper: 1,
        minLower: 1,
        minNumeric: 1,
      });
    });

    it("is kept under the application's name, described and encrypted", async () => {
      const { inputs } = await redis.child("redis-secret");
      expect(inputs).to.deep.equal({
        name: "acme/redis/auth-token",
        description: "AUTH token of the encrypted Redis of acme",
        kmsKeyId: NEW_KEY,
        recoveryWindowInDays: 0,
        tags: TAGS,
      });
    });

    it("is a secret to the end, and stands nowhere else", async () => {
      const holders = (await redis.declare()).filter(({ inputs }) =>
        JSON.stringify(inputs).includes("mock-Token"),
      );
      expect(holders.map(({ name, secretInputs }) => [name, secretInputs])).to.deep.equal([
        ["redis-secret-version", ["secretString"]],
        ["redis-group", ["authToken"]],
      ]);
    });

    it("can be had back for 30 days once it is in use in production", async () => {
      const { inputs } = await redis.child("redis-secret", { stage: "cutover", production: true });
      expect(inputs.recoveryWindowInDays).to.equal(30);
    });
  });

  describe("network", () => {
    it("lets the named groups in on 6379, and nobody else anywhere", async () => {
      const { inputs } = await redis.child("redis-security-group");
      expect(inputs).to.deep.equal({
        name: "acme-redis-encrypted",
        description: "Who may connect to the encrypted Redis of acme",
        vpcId: "vpc-0acme",
        ingress: [
          {
            description: "Redis over TLS",
            protocol: "tcp",
            fromPort: 6379,
            toPort: 6379,
            securityGroups: ["sg-0acmetasks"],
          },
        ],
        tags: { ...TAGS, Name: "acme-redis-encrypted" },
      });
    });

    it("that exists is taken as it is", async () => {
      const { inputs } = await redis.child("redis-group", {
        network: {
          subnetGroup: { existing: "subnets" },
          securityGroup: { existing: ["sg-1", "sg-2"] },
        },
      });
      expect(inputs).to.include({ subnetGroupName: "subnets" });
      expect(inputs.securityGroupIds).to.deep.equal(["sg-1", "sg-2"]);
    });

    it("takes the created subnet group", async () => {
      const subnetGroup = { create: { subnetIds: ["subnet-1", "subnet-2"] } };
      const { inputs } = await redis.child("redis-subnets", {
        network: { ...baseArgs.network, subnetGroup },
      });
      expect(inputs).to.include({ name: "acme-redis-encrypted" });
      expect(inputs.subnetIds).to.deep.equal(["subnet-1", "subnet-2"]);
    });
  });
});
