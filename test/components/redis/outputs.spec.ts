import { expect } from "chai";
import type * as pulumi from "@pulumi/pulumi";
import type { EncryptedRedisArgs } from "../../../components/redis/args.ts";
import { isSecret, valueOf } from "../../support/outputs.ts";
import { SOURCE, PRIMARY, TOPIC, NEW_KEY, baseArgs, RedisUnderTest } from "./redisUnderTest.ts";

describe("EncryptedRedis: outputs and refusals", () => {
  const redis = new RedisUnderTest();

  describe("outputs", () => {
    const settle = async (outputs: Record<string, pulumi.Input<unknown>>) =>
      Object.fromEntries(
        await Promise.all(
          Object.entries(outputs).map(
            async ([name, output]) => [name, await valueOf(output)] as const,
          ),
        ),
      );

    it("say how to reach the group and where its token is, and the way back", async () => {
      const component = redis.build();
      const { groupId, primary, reader, port, secretArn, kmsKeyArn, securityGroupIds } = component;
      const { alarmTopicArn, connection, source } = component;
      expect(
        await settle({
          ...{ groupId, primary, reader, port, secretArn, kmsKeyArn, securityGroupIds },
          ...{ alarmTopicArn, connection, source },
        }),
      ).to.deep.equal({
        groupId: "acme-redis-encrypted",
        primary: PRIMARY,
        reader: "replica.acme-redis-encrypted.cache.test",
        port: 6379,
        secretArn: "arn:aws:mock:us-east-1:123456789012:redis-secret",
        kmsKeyArn: NEW_KEY,
        securityGroupIds: ["redis-security-group-id"],
        alarmTopicArn: TOPIC,
        connection: {
          environment: {
            REDIS_HOST: PRIMARY,
            REDIS_PORT: "6379",
            REDIS_TLS_ENABLED: "true",
            REDIS_TLS_SERVERNAME: PRIMARY,
          },
          secrets: [
            {
              name: "REDIS_AUTH_TOKEN",
              valueFrom: "arn:aws:mock:us-east-1:123456789012:redis-secret",
            },
          ],
        },
        source: {
          host: SOURCE,
          port: 6379,
          securityGroupIds: ["sg-0acmecache"],
          connection: {
            environment: { REDIS_HOST: SOURCE, REDIS_PORT: "6379", REDIS_TLS_ENABLED: "false" },
            secrets: [],
          },
        },
      });
    });

    it("hold nothing of a group that waits for its snapshot", () => {
      const { groupId, primary, reader, connection } = redis.build({ seed: { from: "snapshot" } });
      expect([groupId, primary, reader, connection]).to.deep.equal(Array(4).fill(undefined));
    });

    it("hold no secret, and so nothing that Pulumi would hide from a run", async () => {
      const { connection, source, secretArn, primary } = redis.build();
      for (const output of [connection, source, secretArn, primary]) {
        expect(await isSecret(output)).to.equal(false);
      }
    });
  });

  describe("refuses at once", () => {
    const fence = { vpcId: "vpc-0acme", allowFrom: ["sg-0relays"] };
    const cases: { changes: Partial<EncryptedRedisArgs>; error: RegExp }[] = [
      { changes: { engineVersion: "6.2" }, error: /`engineVersion` must be 7\.x, such as "7\.1"/ },
      { changes: { replicas: 0 }, error: /`replicas` must be from 1 to 5, but is 0/ },
      {
        changes: { stage: "cutover", seed: { from: "snapshot" } },
        error: /`seed\.name` must be provided in stage cutover/,
      },
      {
        changes: { stage: "relay" },
        error: /`relay` must be provided in stage relay/,
      },
      {
        changes: { stage: "fence", relay: { host: "relays.elb.test" } },
        error: /`source\.fence` must be provided in stage fence/,
      },
      {
        changes: { stage: "cutover", source: { clusterId: "x", fence } },
        error: /`source\.securityGroupIds` must be provided in stage cutover/,
      },
      {
        changes: { network: { ...baseArgs.network, vpcId: undefined } },
        error: /`network\.vpcId` must be provided/,
      },
    ];
    for (const { changes, error } of cases) {
      it(JSON.stringify(changes), () => expect(() => redis.build(changes)).to.throw(error));
    }
  });
});
