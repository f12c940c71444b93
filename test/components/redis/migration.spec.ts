import { expect } from "chai";
import { SOURCE, PRIMARY, RedisUnderTest } from "./redisUnderTest.ts";

describe("EncryptedRedis: what moves with the stages", () => {
  const redis = new RedisUnderTest();

  describe("source", () => {
    it("is adopted, left alone and kept, whatever happens to the stack", async () => {
      const { inputs, options } = await redis.child("redis-source");
      expect(inputs).to.deep.equal({ clusterId: "acme-redis-production" });
      expect(options).to.include({ import: "acme-redis-production", retainOnDelete: true });
      expect(options.ignoreChanges).to.include.members(["nodeType", "engineVersion", "tags"]);
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

  describe("record", () => {
    const cases = [
      { stage: "prepare", leadsTo: SOURCE, stays: true },
      { stage: "cutover", leadsTo: PRIMARY, stays: false },
      { stage: "settled", leadsTo: PRIMARY, stays: false },
    ] as const;
    for (const { stage, leadsTo, stays } of cases) {
      it(`leads to ${leadsTo} in stage ${stage}`, async () => {
        const { inputs, options } = await redis.child("redis-record", { stage });
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
