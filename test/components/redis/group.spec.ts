import { expect } from "chai";
import { NEW_KEY, TAGS, RedisUnderTest } from "./redisUnderTest.ts";

describe("EncryptedRedis: the replication group", () => {
  const redis = new RedisUnderTest();

  describe("group", () => {
    it("is encrypted at rest and in transit, asks for a token, and fails over between zones", async () => {
      const { inputs, secretInputs, options } = await redis.child("redis-group");
      expect(secretInputs).to.deep.equal(["authToken"]);
      expect(inputs).to.deep.equal({
        replicationGroupId: "acme-redis-encrypted",
        description: "Encrypted Redis of acme",
        engine: "redis",
        engineVersion: "7.1",
        nodeType: "cache.t3.micro",
        port: 6379,
        parameterGroupName: "acme-redis-encrypted",
        numCacheClusters: 2,
        multiAzEnabled: true,
        automaticFailoverEnabled: true,
        atRestEncryptionEnabled: true,
        kmsKeyId: NEW_KEY,
        transitEncryptionEnabled: true,
        transitEncryptionMode: "required",
        authToken: "mock-Token-0123456789-abcdefghij",
        authTokenUpdateStrategy: "ROTATE",
        subnetGroupName: "acme-cache-subnet-production",
        securityGroupIds: ["redis-security-group-id"],
        maintenanceWindow: "sun:03:00-sun:04:00",
        snapshotWindow: "01:00-02:00",
        snapshotRetentionLimit: 7,
        snapshotName: "snap-1",
        applyImmediately: false,
        autoMinorVersionUpgrade: true,
        logDeliveryConfigurations: ["slow-log", "engine-log"].map((kind) => ({
          destination: `/aws/vendedlogs/elasticache/acme-redis-encrypted/${kind}`,
          destinationType: "cloudwatch-logs",
          logFormat: "json",
          logType: kind,
        })),
        tags: TAGS,
      });
      expect(options.protect).to.equal(false);
    });

    it("takes what it is given instead of the defaults", async () => {
      const { inputs } = await redis.child("redis-group", {
        engineVersion: "7.1.0",
        nodeType: "cache.r6g.large",
        replicas: 3,
        maintenanceWindow: "mon:04:00-mon:05:00",
        snapshotWindow: "02:00-03:00",
        snapshotRetentionDays: 15,
        applyImmediately: true,
        authUpdateStrategy: "SET",
      });
      expect(inputs).to.include({
        engineVersion: "7.1",
        nodeType: "cache.r6g.large",
        numCacheClusters: 4,
        maintenanceWindow: "mon:04:00-mon:05:00",
        snapshotWindow: "02:00-03:00",
        snapshotRetentionLimit: 15,
        applyImmediately: true,
        authTokenUpdateStrategy: "SET",
      });
    });

    it("is not restored from anything when it starts empty", async () => {
      const { inputs } = await redis.child("redis-group", { seed: { from: "nothing" } });
      expect(inputs).not.to.have.property("snapshotName");
    });

    it("is protected with all that clients need once it serves in production, and leaves a snapshot", async () => {
      const serving = { stage: "cutover", production: true } as const;
      const group = await redis.child("redis-group", serving);
      expect(group.inputs.finalSnapshotIdentifier).to.equal("acme-redis-encrypted-final");
      const guarded = (await redis.cloud.declared()).filter(
        ({ options }) => options.protect === true,
      );
      expect(guarded.map(({ name }) => name)).to.have.members([
        "redis-key",
        "redis-key-alias",
        "redis-secret",
        "redis-secret-version",
        "redis-group",
        "redis-record",
      ]);
    });

    it("is protected behind relays from the fence on: from then on it may serve", async () => {
      const relay = { host: "relays.elb.test" };
      const source = {
        clusterId: "acme-redis-production",
        securityGroupIds: ["sg-0acmecache"],
        fence: { vpcId: "vpc-0acme", allowFrom: ["sg-0relays"] },
      };
      const group = await redis.child("redis-group", {
        ...{ stage: "fence", production: true, relay, source },
      });
      expect(group.options.protect).to.equal(true);
    });

    for (const changes of [
      { stage: "prepare", production: true },
      { stage: "relay", production: true, relay: { host: "relays.elb.test" } },
      { stage: "cutover", production: false },
    ] as const) {
      it(`can be taken down in stage ${changes.stage}, production ${changes.production}`, async () => {
        const group = await redis.child("redis-group", changes);
        expect(group.inputs).not.to.have.property("finalSnapshotIdentifier");
        const guarded = (await redis.cloud.declared()).filter(
          ({ options }) => options.protect === true,
        );
        expect(guarded).to.deep.equal([]);
      });
    }
  });

  describe("parameters", () => {
    it("are the service's own for Redis 7, with those given", async () => {
      const { inputs } = await redis.child("redis-parameters", {
        parameters: { "maxmemory-policy": "noeviction" },
      });
      expect(inputs).to.include({ family: "redis7", name: "acme-redis-encrypted" });
      expect(inputs.parameters).to.deep.equal([{ name: "maxmemory-policy", value: "noeviction" }]);
    });
  });
});
