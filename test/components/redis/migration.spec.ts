import { expect } from "chai";
import type { Stage } from "../../../components/config.ts";
import { valueOf } from "../../support/outputs.ts";
import { SOURCE, PRIMARY, RedisUnderTest, TAGS } from "./redisUnderTest.ts";

describe("EncryptedRedis: what moves with the stages", () => {
  const redis = new RedisUnderTest();
  const relay = { host: "relays.elb.test" };
  const fenced = {
    clusterId: "acme-redis-production",
    securityGroupIds: ["sg-0acmecache", "sg-0acmeother"],
    fence: { vpcId: "vpc-0acme", allowFrom: ["sg-0mover", "sg-0relays"] },
  };

  describe("source", () => {
    it("is adopted, left alone and kept, whatever happens to the stack", async () => {
      const { inputs, options } = await redis.child("redis-source");
      expect(inputs).to.deep.equal({ clusterId: "acme-redis-production" });
      expect(options).to.include({ import: "acme-redis-production", retainOnDelete: true });
      expect(options.ignoreChanges).to.include.members([
        "nodeType",
        "engineVersion",
        "securityGroupIds",
        "tags",
      ]);
      expect(options.ignoreChanges).not.to.include.members(["finalSnapshotIdentifier"]);
    });

    it("is deleted with its last snapshot once that is named", async () => {
      const { inputs, options } = await redis.child("redis-source", {
        stage: "cutover",
        source: { clusterId: "acme-redis-production", finalSnapshot: "last-1" },
      });
      expect(inputs).to.deep.equal({
        clusterId: "acme-redis-production",
        finalSnapshotIdentifier: "last-1",
      });
      expect(options.retainOnDelete).to.equal(false);
    });
  });

  describe("fence", () => {
    it("is there before it is needed, and lets in relays and mover and nobody else", async () => {
      const { inputs } = await redis.child("redis-fence", { source: fenced });
      expect(inputs).to.deep.equal({
        name: "acme-redis-fence",
        description: "Who may connect to the fenced source of acme",
        vpcId: "vpc-0acme",
        ingress: [
          {
            description: "Relays and mover",
            protocol: "tcp",
            fromPort: 6379,
            toPort: 6379,
            securityGroups: ["sg-0mover", "sg-0relays"],
          },
        ],
        tags: { ...TAGS, Name: "acme-redis-fence" },
      });
    });

    const before = fenced.securityGroupIds;
    for (const [stage, securityGroupIds] of Object.entries({
      prepare: before,
      relay: before,
      fence: ["redis-fence-id"],
      cutover: ["redis-fence-id"],
    })) {
      it(`leaves the source ${securityGroupIds.join(" and ")} in stage ${stage}`, async () => {
        const changes = { stage: stage as Stage, relay, source: fenced };
        const { inputs, options } = await redis.child("redis-source", changes);
        expect(inputs).to.deep.equal({ clusterId: fenced.clusterId, securityGroupIds });
        expect(options.ignoreChanges).not.to.include("securityGroupIds");
        expect(options.ignoreChanges).to.include("applyImmediately");
      });

      it(`says in stage ${stage} who could connect to the source at first`, async () => {
        const { source } = redis.build({ stage: stage as Stage, relay, source: fenced });
        expect(await valueOf(source!.securityGroupIds)).to.deep.equal(before);
      });
    }

    it("leaves the source's groups alone until a run has noted them", async () => {
      const source = { ...fenced, securityGroupIds: undefined };
      const { inputs, options } = await redis.child("redis-source", { source });
      expect(inputs).to.deep.equal({ clusterId: fenced.clusterId });
      expect(options.ignoreChanges).to.include("securityGroupIds");
    });

    it("is gone with the source", async () => {
      const declared = await redis.declare({ stage: "settled", source: fenced });
      const names = declared.map(({ name }) => name);
      expect(names).not.to.include("redis-fence");
      expect(names).not.to.include("redis-source");
    });
  });

  describe("record", () => {
    const cases = [
      { stage: "prepare", leadsTo: SOURCE, stays: true },
      { stage: "relay", leadsTo: relay.host, stays: false },
      { stage: "fence", leadsTo: relay.host, stays: false },
      { stage: "cutover", leadsTo: PRIMARY, stays: false },
      { stage: "settled", leadsTo: PRIMARY, stays: false },
    ] as const;
    for (const { stage, leadsTo, stays } of cases) {
      it(`leads to ${leadsTo} in stage ${stage}`, async () => {
        const { inputs, options } = await redis.child("redis-record", {
          stage,
          relay,
          source: fenced,
        });
        expect(inputs).to.deep.equal({
          zoneId: "Z0ACME",
          name: "redis.acme.internal",
          type: "CNAME",
          ttl: 60,
          records: [leadsTo],
          allowOverwrite: true,
        });
        expect(options.retainOnDelete).to.equal(stays);
      });
    }
  });
});
