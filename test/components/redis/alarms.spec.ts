import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import type * as rendering from "../../../components/alarms.ts";
import type * as redis from "../../../components/redis/alarms.ts";
import { alarmDefaults } from "../../../components/redis/thresholds.ts";
import type { AlarmThresholds } from "../../../components/redis/thresholds.ts";
import { MockCloud } from "../../support/mocks.ts";

const TOPIC = "arn:aws:sns:us-east-1:123456789012:ops";

describe("alarms of a Redis", () => {
  const cloud = new MockCloud();
  let modules: typeof rendering & typeof redis;

  before(async () => {
    await cloud.install();
    modules = {
      ...(await import("../../../components/alarms.ts")),
      ...(await import("../../../components/redis/alarms.ts")),
    };
  });
  beforeEach(() => cloud.reset());

  async function alarms(nodes: number, thresholds: AlarmThresholds = alarmDefaults) {
    const parent = new pulumi.ComponentResource(
      "test:index:Parent",
      "redis",
      {},
      {
        transformations: [cloud.watch],
      },
    );
    const specs = modules.redisAlarms(pulumi.output("acme-redis-encrypted"), nodes, thresholds);
    modules.cloudWatchAlarms("redis", specs, {
      watched: "acme-redis",
      topicArn: TOPIC,
      tags: { application: "acme" },
      parent,
    });
    const declared = await cloud.declared();
    return declared.filter(({ type }) => type.endsWith(":MetricAlarm")).map(({ inputs }) => inputs);
  }

  it("look at one metric of one node each", async () => {
    const simple = (await alarms(1)).filter(({ metricName }) => metricName !== undefined);
    expect(
      simple.map((alarm) => [
        alarm.name,
        alarm.metricName,
        alarm.statistic,
        alarm.comparisonOperator,
        alarm.threshold,
        alarm.evaluationPeriods,
      ]),
    ).to.deep.equal([
      ["acme-redis-cpu-001", "CPUUtilization", "Average", "GreaterThanThreshold", 70, 2],
      [
        "acme-redis-engine-cpu-001",
        "EngineCPUUtilization",
        "Average",
        "GreaterThanThreshold",
        80,
        2,
      ],
      [
        "acme-redis-memory-001",
        "DatabaseMemoryUsagePercentage",
        "Maximum",
        "GreaterThanThreshold",
        80,
        2,
      ],
      ["acme-redis-evictions-001", "Evictions", "Sum", "GreaterThanThreshold", 0, 1],
      ["acme-redis-connections-001", "CurrConnections", "Maximum", "GreaterThanThreshold", 1000, 2],
      ["acme-redis-replication-lag-001", "ReplicationLag", "Maximum", "GreaterThanThreshold", 5, 2],
    ]);
    for (const alarm of simple) {
      expect(alarm).to.include({ namespace: "AWS/ElastiCache", period: 300 });
      expect(alarm.dimensions).to.deep.equal({ CacheClusterId: "acme-redis-encrypted-001" });
      expect(alarm).not.to.have.property("metricQueries");
    }
  });

  it("compute the hit rate from hits and misses, and judge it only with enough reads", async () => {
    const hitRate = (await alarms(1)).find(({ name }) => name === "acme-redis-hit-rate-001");
    expect(hitRate).to.include({ comparisonOperator: "LessThanThreshold", threshold: 50 });
    expect(hitRate).not.to.have.any.keys("metricName", "statistic", "period", "dimensions");
    const metric = (metricName: string) => ({
      namespace: "AWS/ElastiCache",
      metricName,
      stat: "Sum",
      dimensions: { CacheClusterId: "acme-redis-encrypted-001" },
      period: 300,
    });
    expect(hitRate!.metricQueries).to.deep.equal([
      {
        id: "result",
        expression: "IF(hits + misses >= 100, 100 * hits / (hits + misses), 100)",
        returnData: true,
      },
      { id: "hits", metric: metric("CacheHits") },
      { id: "misses", metric: metric("CacheMisses") },
    ]);
  });

  it("tell the topic when they go off and when they are over, and say what to do", async () => {
    for (const alarm of await alarms(2)) {
      expect(alarm).to.include({ treatMissingData: "notBreaching" });
      expect(alarm.alarmActions).to.deep.equal([TOPIC]);
      expect(alarm.okActions).to.deep.equal([TOPIC]);
      expect(alarm.alarmDescription).to.match(/^[A-Z].+[.?]$/);
      expect(alarm.tags).to.deep.equal({ application: "acme" });
    }
  });

  it("take other thresholds", async () => {
    const thresholds: AlarmThresholds = {
      cpuPercent: 1,
      engineCpuPercent: 2,
      memoryPercent: 3,
      evictions: 4,
      connections: 5,
      replicationLagSeconds: 6,
      hitRatePercent: 7,
    };
    const found = (await alarms(1, thresholds)).map(({ threshold }) => threshold);
    expect(found).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
  });

  it("are the same for each node, under names of their own", async () => {
    const names = (await alarms(3)).map(({ name }) => name as string);
    expect(names).to.have.length(21);
    expect(new Set(names).size).to.equal(21);
  });
});
