import { expect } from "chai";
import type * as pulumi from "@pulumi/pulumi";
import type { EncryptedRedisArgs } from "../../../components/redis/args.ts";
import type { EncryptedRedis } from "../../../components/redis/encryptedRedis.ts";
import { MockCloud } from "../../support/mocks.ts";
import type { Declared } from "../../support/mocks.ts";
import { isSecret, valueOf } from "../../support/outputs.ts";

const SOURCE = "source.cache.test";
const PRIMARY = "master.acme-redis-encrypted.cache.test";
const TOPIC = "arn:aws:sns:us-east-1:123456789012:ops";
const NEW_KEY = "arn:aws:kms:us-east-1:123456789012:key/new";
const TAGS = {
  application: "acme",
  environment: "test",
  "managed-by": "godwit",
  "data-class": "confidential",
};

const baseArgs: EncryptedRedisArgs = {
  app: "acme",
  environment: "test",
  dataClass: "confidential",
  stage: "prepare",
  seed: { from: "snapshot", name: "snap-1" },
  source: { clusterId: "acme-redis-production" },
  engineVersion: "7.1",
  nodeType: "cache.t3.micro",
  kms: { create: true },
  network: {
    vpcId: "vpc-0acme",
    subnetGroup: { existing: "acme-cache-subnet-production" },
    securityGroup: { create: { allowFrom: ["sg-0acmetasks"] } },
  },
  record: { zoneId: "Z0ACME", name: "redis.acme.internal" },
  alarms: { topicArn: TOPIC },
};

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
  const cloud = new MockCloud();
  let Component: typeof EncryptedRedis;

  before(async () => {
    await cloud.install();
    Component = (await import("../../../components/redis/encryptedRedis.ts")).EncryptedRedis;
  });
  beforeEach(() => cloud.reset());

  const build = (changes: Partial<EncryptedRedisArgs> = {}) =>
    new Component("redis", { ...baseArgs, ...changes }, { transformations: [cloud.watch] });

  async function declare(changes: Partial<EncryptedRedisArgs> = {}): Promise<Declared[]> {
    build(changes);
    return await cloud.declared();
  }

  const names = (declared: Declared[]) => declared.map(({ type, name }) => `${type} ${name}`);

  async function theOne(
    name: string,
    changes: Partial<EncryptedRedisArgs> = {},
  ): Promise<Declared> {
    const found = (await declare(changes)).filter((resource) => resource.name === name);
    expect(found, name).to.have.length(1);
    return found[0]!;
  }

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
      it(what, async () => expect(names(await declare(changes))).to.deep.equal(expected));
    }
  });

  describe("group", () => {
    it("is encrypted at rest and in transit, asks for a token, and fails over between zones", async () => {
      const { inputs, secretInputs, options } = await theOne("redis-group");
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
      const { inputs } = await theOne("redis-group", {
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
      const { inputs } = await theOne("redis-group", { seed: { from: "nothing" } });
      expect(inputs).not.to.have.property("snapshotName");
    });

    it("is protected with key and secret once it serves in production, and leaves a snapshot", async () => {
      const serving = { stage: "cutover", production: true } as const;
      const group = await theOne("redis-group", serving);
      expect(group.inputs.finalSnapshotIdentifier).to.equal("acme-redis-encrypted-final");
      const guarded = (await cloud.declared()).filter(({ options }) => options.protect === true);
      expect(guarded.map(({ name }) => name)).to.have.members([
        "redis-group",
        "redis-key",
        "redis-secret",
      ]);
    });

    for (const changes of [
      { stage: "prepare", production: true },
      { stage: "cutover", production: false },
    ] as const) {
      it(`can be taken down in stage ${changes.stage}, production ${changes.production}`, async () => {
        const group = await theOne("redis-group", changes);
        expect(group.inputs).not.to.have.property("finalSnapshotIdentifier");
        const guarded = (await cloud.declared()).filter(({ options }) => options.protect === true);
        expect(guarded).to.deep.equal([]);
      });
    }
  });

  describe("key", () => {
    it("is rotated, has its alias, and lets CloudWatch use it", async () => {
      const key = await theOne("redis-key", { production: true });
      expect(key.inputs).to.include({ enableKeyRotation: true, deletionWindowInDays: 30 });
      const declared = await cloud.declared();
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
      const { inputs } = await theOne("redis-group", { kms: { existing: "alias/acme-redis" } });
      expect(inputs.kmsKeyId).to.equal("arn:aws:kms:us-east-1:123456789012:key/found");
      expect(cloud.calls.map(({ token, inputs: asked }) => [token, asked.name])).to.deep.equal([
        ["aws:kms/getAlias:getAlias", "alias/acme-redis"],
      ]);
    });

    it("that is named by its ARN is taken without looking", async () => {
      const arn = "arn:aws:kms:us-east-1:123456789012:key/given";
      const { inputs } = await theOne("redis-group", { kms: { existing: arn } });
      expect(inputs.kmsKeyId).to.equal(arn);
      expect(cloud.calls).to.deep.equal([]);
    });

    it("encrypts data, secret, logs and alarm topic", async () => {
      const declared = await declare({ alarms: { email: "ops@example.com" } });
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
      const { inputs } = await theOne("redis-auth-token");
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
      const { inputs } = await theOne("redis-secret");
      expect(inputs).to.deep.equal({
        name: "acme/redis/auth-token",
        description: "AUTH token of the encrypted Redis of acme",
        kmsKeyId: NEW_KEY,
        recoveryWindowInDays: 0,
        tags: TAGS,
      });
    });

    it("is a secret to the end, and stands nowhere else", async () => {
      const holders = (await declare()).filter(({ inputs }) =>
        JSON.stringify(inputs).includes("mock-Token"),
      );
      expect(holders.map(({ name, secretInputs }) => [name, secretInputs])).to.deep.equal([
        ["redis-secret-version", ["secretString"]],
        ["redis-group", ["authToken"]],
      ]);
    });

    it("can be had back for 30 days once it is in use in production", async () => {
      const { inputs } = await theOne("redis-secret", { stage: "cutover", production: true });
      expect(inputs.recoveryWindowInDays).to.equal(30);
    });
  });

  describe("network", () => {
    it("lets the named groups in on 6379, and nobody else anywhere", async () => {
      const { inputs } = await theOne("redis-security-group");
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
      const { inputs } = await theOne("redis-group", {
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
      const { inputs } = await theOne("redis-subnets", {
        network: { ...baseArgs.network, subnetGroup },
      });
      expect(inputs).to.include({ name: "acme-redis-encrypted" });
      expect(inputs.subnetIds).to.deep.equal(["subnet-1", "subnet-2"]);
    });
  });

  describe("parameters", () => {
    it("are the service's own for Redis 7, with those given", async () => {
      const { inputs } = await theOne("redis-parameters", {
        parameters: { "maxmemory-policy": "noeviction" },
      });
      expect(inputs).to.include({ family: "redis7", name: "acme-redis-encrypted" });
      expect(inputs.parameters).to.deep.equal([{ name: "maxmemory-policy", value: "noeviction" }]);
    });
  });

  describe("source", () => {
    it("is adopted, left alone and kept, whatever happens to the stack", async () => {
      const { inputs, options } = await theOne("redis-source");
      expect(inputs).to.deep.equal({ clusterId: "acme-redis-production" });
      expect(options).to.include({ import: "acme-redis-production", retainOnDelete: true });
      expect(options.ignoreChanges).to.include.members(["nodeType", "engineVersion", "tags"]);
      expect(options.ignoreChanges).not.to.include.members(["finalSnapshotIdentifier"]);
    });

    it("is deleted with its last snapshot once that is named", async () => {
      const { inputs, options } = await theOne("redis-source", {
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
        const { inputs, options } = await theOne("redis-record", { stage });
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

  it("tags everything that can carry tags, except what is not its own", async () => {
    const declared = await declare({
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
      const redis = build();
      const { groupId, primary, reader, port, secretArn, kmsKeyArn, securityGroupIds } = redis;
      const { alarmTopicArn, connection, source } = redis;
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
          connection: {
            environment: { REDIS_HOST: SOURCE, REDIS_PORT: "6379", REDIS_TLS_ENABLED: "false" },
            secrets: [],
          },
        },
      });
    });

    it("hold nothing of a group that waits for its snapshot", () => {
      const { groupId, primary, reader, connection } = build({ seed: { from: "snapshot" } });
      expect([groupId, primary, reader, connection]).to.deep.equal(Array(4).fill(undefined));
    });

    it("hold no secret, and so nothing that Pulumi would hide from a run", async () => {
      const { connection, source, secretArn, primary } = build();
      for (const output of [connection, source, secretArn, primary]) {
        expect(await isSecret(output)).to.equal(false);
      }
    });
  });

  describe("refuses at once", () => {
    const cases: { changes: Partial<EncryptedRedisArgs>; error: RegExp }[] = [
      { changes: { engineVersion: "6.2" }, error: /`engineVersion` must be 7\.x, such as "7\.1"/ },
      { changes: { replicas: 0 }, error: /`replicas` must be from 1 to 5, but is 0/ },
      {
        changes: { stage: "cutover", seed: { from: "snapshot" } },
        error: /`seed\.name` must be provided in stage cutover/,
      },
      {
        changes: { network: { ...baseArgs.network, vpcId: undefined } },
        error: /`network\.vpcId` must be provided/,
      },
    ];
    for (const { changes, error } of cases) {
      it(JSON.stringify(changes), () => expect(() => build(changes)).to.throw(error));
    }
  });
});
