import { expect } from "chai";
import type { EncryptedRedisArgs } from "../../../components/redis/args.ts";
import type { Declared } from "../../support/mocks.ts";
import { TAGS, baseArgs, RedisUnderTest } from "./redisUnderTest.ts";

const ALARMS = [
  "cpu",
  "engine-cpu",
  "memory",
  "evictions",
  "connections",
  "replication-lag",
  "hit-rate",
];
const alarmsOf = (...nodes: string[]) =>
  nodes.flatMap((node) =>
    ALARMS.map((id) => `aws:cloudwatch/metricAlarm:MetricAlarm redis-alarm-${id}-${node}`),
  );

const COMPONENT = "godwit:redis:EncryptedRedis redis";
const KEY = [
  "aws:kms/key:Key redis-key",
  "aws:kms/alias:Alias redis-key-alias",
  "aws:kms/keyPolicy:KeyPolicy redis-key-policy",
];
const TOKEN = [
  "random:index/randomPassword:RandomPassword redis-auth-token",
  "aws:secretsmanager/secret:Secret redis-secret",
  "aws:secretsmanager/secretVersion:SecretVersion redis-secret-version",
];
const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup redis-security-group";
const SETTINGS_AND_LOGS = [
  "aws:elasticache/parameterGroup:ParameterGroup redis-parameters",
  "aws:cloudwatch/logGroup:LogGroup redis-slow-log",
  "aws:cloudwatch/logGroup:LogGroup redis-engine-log",
];
const SOURCE_CLUSTER = "aws:elasticache/cluster:Cluster redis-source";
const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup redis-group";
const RECORD = "aws:route53/record:Record redis-record";
const FOUNDATION = [COMPONENT, ...KEY, ...TOKEN, SECURITY_GROUP, ...SETTINGS_AND_LOGS];

describe("EncryptedRedis", () => {
  const redis = new RedisUnderTest();
  const names = (declared: Declared[]) => declared.map(({ type, name }) => `${type} ${name}`);

  describe("declares", () => {
    const stages: { what: string; changes: Partial<EncryptedRedisArgs>; expected: string[] }[] = [
      {
        what: "no group, and so no alarms, while the snapshot is not taken yet",
        changes: { seed: { from: "snapshot" } },
        expected: [...FOUNDATION, SOURCE_CLUSTER, RECORD],
      },
      {
        what: "everything beside the source in stage prepare",
        changes: {},
        expected: [...FOUNDATION, SOURCE_CLUSTER, GROUP, ...alarmsOf("001", "002"), RECORD],
      },
      {
        what: "the same in stage cutover",
        changes: { stage: "cutover" },
        expected: [...FOUNDATION, SOURCE_CLUSTER, GROUP, ...alarmsOf("001", "002"), RECORD],
      },
      {
        what: "no source once settled",
        changes: { stage: "settled", source: { clusterId: "x", finalSnapshot: "last" } },
        expected: [...FOUNDATION, GROUP, ...alarmsOf("001", "002"), RECORD],
      },
      {
        what: "an empty group at once",
        changes: { seed: { from: "nothing" } },
        expected: [...FOUNDATION, SOURCE_CLUSTER, GROUP, ...alarmsOf("001", "002"), RECORD],
      },
      {
        what: "no record without a name, and no source without one",
        changes: { record: undefined, source: undefined, stage: "settled" },
        expected: [...FOUNDATION, GROUP, ...alarmsOf("001", "002")],
      },
      {
        what: "alarms for every node",
        changes: { replicas: 2 },
        expected: [...FOUNDATION, SOURCE_CLUSTER, GROUP, ...alarmsOf("001", "002", "003"), RECORD],
      },
      {
        what: "nothing that exists already",
        changes: {
          kms: { existing: "alias/acme-redis" },
          network: {
            subnetGroup: { existing: "subnets" },
            securityGroup: { existing: ["sg-0acmecache"] },
          },
        },
        expected: [
          COMPONENT,
          ...TOKEN,
          ...SETTINGS_AND_LOGS,
          SOURCE_CLUSTER,
          GROUP,
          ...alarmsOf("001", "002"),
          RECORD,
        ],
      },
      {
        what: "subnet group and topic where asked for",
        changes: {
          network: {
            ...baseArgs.network,
            subnetGroup: { create: { subnetIds: ["subnet-1", "subnet-2"] } },
          },
          alarms: { email: "ops@example.com" },
        },
        expected: [
          COMPONENT,
          ...KEY,
          ...TOKEN,
          "aws:elasticache/subnetGroup:SubnetGroup redis-subnets",
          SECURITY_GROUP,
          ...SETTINGS_AND_LOGS,
          "aws:sns/topic:Topic redis-alarm-topic",
          "aws:sns/topicSubscription:TopicSubscription redis-alarm-email",
          SOURCE_CLUSTER,
          GROUP,
          ...alarmsOf("001", "002"),
          RECORD,
        ],
      },
    ];
    for (const { what, changes, expected } of stages) {
      it(what, async () => expect(names(await redis.declare(changes))).to.deep.equal(expected));
    }
  });

  it("tags everything that can carry tags, except what is not its own", async () => {
    const declared = await redis.declare({
      network: {
        ...baseArgs.network,
        subnetGroup: { create: { subnetIds: ["subnet-1", "subnet-2"] } },
      },
      alarms: { email: "ops@example.com" },
    });
    const untagged = declared.filter(({ inputs }) => inputs.tags === undefined);
    expect(untagged.map(({ name }) => name)).to.have.members([
      "redis",
      "redis-source",
      // Of kinds that have no tags:
      "redis-key-alias",
      "redis-key-policy",
      "redis-auth-token",
      "redis-secret-version",
      "redis-alarm-email",
      "redis-record",
    ]);
    for (const { name, inputs } of declared) {
      if (inputs.tags !== undefined) expect(inputs.tags, name).to.deep.include(TAGS);
    }
  });
});
