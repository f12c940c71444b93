import type {
  DescribeAlarmsCommandOutput,
  GetMetricDataCommandOutput,
  GetMetricStatisticsCommandOutput,
} from "@aws-sdk/client-cloudwatch";
import { expect } from "chai";
import { clockOf } from "../../automation/clock.ts";
import { createCloudWatch } from "../../rehearsal/clouds/aws/cloudwatch.ts";
import { compileFormula } from "../../rehearsal/clouds/aws/cloudwatchFormula.ts";
import type { DataServer, Part, Properties, World } from "../../rehearsal/clouds/world.ts";
import { account, callerOf, until } from "./trafficWorld.ts";

describe("rehearsal: CloudWatch", () => {
  /** What the servers answer to INFO; the counters grow with each look. */
  let grow: Record<string, number>;
  let part: Part;
  let call: ReturnType<typeof callerOf>;

  beforeEach(() => {
    grow = { keyspace_hits: 90, keyspace_misses: 10, evicted_keys: 0, used_cpu_user: 0.1 };
    const counters: Record<string, number> = {};
    const server = (id: string, role: string): DataServer => ({
      id,
      role: "primary",
      host: "127.0.0.1",
      behind: "127.0.0.1",
      port: 6379,
      tls: false,
      pid: undefined,
      info: async () => {
        for (const [name, by] of Object.entries(grow)) {
          counters[id + name] = (counters[id + name] ?? 0) + by;
        }
        const grown = Object.keys(grow).map((name) => [name, String(counters[id + name])]);
        const link = { master_link_status: "up", master_last_io_seconds_ago: "2" };
        const fixed = {
          role,
          connected_clients: "7",
          used_memory: "50",
          maxmemory: "200",
          ...link,
        };
        return { ...fixed, ...(Object.fromEntries(grown) as Record<string, string>) };
      },
    });
    const servers = [
      server("acme-redis-production-0001", "master"),
      server("acme-enc-002", "slave"),
    ];
    const world = {
      account,
      clock: clockOf(172_800),
      servers: { list: () => servers, of: () => servers },
      log: () => {},
    } as unknown as World;
    part = createCloudWatch(world, { cluster: "c", list: () => [], createService: notCalled }, 50);
    call = callerOf(part);
  });

  afterEach(() => part.stop!());

  const notCalled = () => {
    throw new Error("not called");
  };
  const statistics = async (metric: string, node: string, statistic: string) => {
    const { Datapoints } = await call<GetMetricStatisticsCommandOutput>("GetMetricStatistics", {
      Namespace: "AWS/ElastiCache",
      MetricName: metric,
      Dimensions: [{ Name: "CacheClusterId", Value: node }],
      StartTime: new Date(Date.now() - 600_000),
      EndTime: new Date(),
      Period: 86_400,
      Statistics: [statistic],
    });
    return Datapoints!.map((point) => point[statistic as "Sum"]!);
  };
  const sampled = () =>
    until("samples", async () => (await statistics("CacheHits", "acme-enc-002", "Sum")).length > 0);

  it("sums up what the servers count, and averages what they are", async () => {
    await sampled();
    const [hits] = await statistics("CacheHits", "acme-redis-production", "Sum");
    expect(hits! % 90).to.equal(0);
    expect(hits).to.be.greaterThan(0);
    expect(await statistics("CurrConnections", "acme-enc-002", "Maximum")).to.deep.equal([7]);
    const memory = await statistics("DatabaseMemoryUsagePercentage", "acme-enc-002", "Average");
    expect(memory).to.deep.equal([25]);
    const [cpu] = await statistics("CPUUtilization", "acme-enc-002", "Average");
    expect(cpu).to.be.within(10, 110);
  });

  it("has a replication lag of replicas only", async () => {
    await sampled();
    expect(await statistics("ReplicationLag", "acme-enc-002", "Maximum")).to.deep.equal([2]);
    expect(await statistics("ReplicationLag", "acme-redis-production", "Maximum")).to.eql([]);
  });

  it("has nothing of a node that there is not, and before anything was measured", async () => {
    await sampled();
    expect(await statistics("CacheHits", "other", "Sum")).to.deep.equal([]);
  });

  it("computes formulas over series", async () => {
    await sampled();
    const stat = (MetricName: string) => ({
      Metric: {
        Namespace: "AWS/ElastiCache",
        MetricName,
        Dimensions: [{ Name: "CacheClusterId", Value: "acme-enc-002" }],
      },
      Period: 86_400,
      Stat: "Sum",
    });
    const { MetricDataResults } = await call<GetMetricDataCommandOutput>("GetMetricData", {
      StartTime: new Date(Date.now() - 600_000),
      EndTime: new Date(),
      MetricDataQueries: [
        { Id: "hits", MetricStat: stat("CacheHits"), ReturnData: false },
        { Id: "misses", MetricStat: stat("CacheMisses"), ReturnData: false },
        { Id: "rate", Expression: "100 * hits / (hits + misses)" },
      ],
    });
    expect(MetricDataResults!.map(({ Id, Values }) => [Id, Values])).to.deep.equal([
      ["rate", [90]],
    ]);
  });

  it("raises an alarm when its periods cross the threshold, and ends it afterwards", async function () {
    this.timeout(30_000);
    const state = async () => {
      const { MetricAlarms } = await call<DescribeAlarmsCommandOutput>("DescribeAlarms", {
        AlarmNames: ["evictions"],
      });
      return MetricAlarms![0]!.StateValue;
    };
    await part.kinds![0]!.create({
      name: "evictions",
      namespace: "AWS/ElastiCache",
      metricName: "Evictions",
      dimensions: { CacheClusterId: "acme-enc-002" },
      statistic: "Sum",
      period: 300,
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "missing",
    });
    expect(await state()).to.equal("INSUFFICIENT_DATA");
    await until("OK", async () => (await state()) === "OK");
    grow["evicted_keys"] = 3;
    await until("ALARM", async () => (await state()) === "ALARM");
    grow["evicted_keys"] = 0;
    await until("OK again", async () => (await state()) === "OK");
  });

  it("judges an alarm on a formula as the component declares it", async function () {
    this.timeout(30_000);
    const series = (id: string, metricName: string): Properties => ({
      id,
      metric: {
        namespace: "AWS/ElastiCache",
        metricName,
        stat: "Sum",
        period: 300,
        dimensions: { CacheClusterId: "acme-enc-002" },
      },
    });
    const formula = "IF(hits + misses >= 100, 100 * hits / (hits + misses), 100)";
    const result = { id: "result", expression: formula, returnData: true };
    const queries = [result, series("hits", "CacheHits"), series("misses", "CacheMisses")];
    const below = { comparisonOperator: "LessThanThreshold", threshold: 95, evaluationPeriods: 2 };
    const kind = part.kinds![0]!;
    await kind.create({ name: "hit-rate", metricQueries: queries, ...below });
    await until("ALARM", async () => {
      const { MetricAlarms } = await call<DescribeAlarmsCommandOutput>("DescribeAlarms", {});
      return MetricAlarms![0]!.StateValue === "ALARM";
    });
    const wrong = [{ ...result, expression: "100 ** hits" }];
    const error = await kind
      .create({ name: "wrong", metricQueries: wrong, ...below })
      .catch((e: Error) => e);
    expect(error).to.have.property("name", "ValidationError");
  });

  it("refuses a statistic and a range that are none", async () => {
    await sampled();
    const refused = async (...args: Parameters<typeof statistics>) =>
      statistics(...args).catch((error: Error) => error.name);
    expect(await refused("CacheHits", "acme-enc-002", "Median")).to.equal("InvalidParameterValue");
    const now = new Date();
    const input = { StartTime: now, EndTime: now, Statistics: ["Sum"] };
    const error = await call("GetMetricStatistics", input).catch((e: Error) => e.name);
    expect(error).to.equal("InvalidParameterValue");
  });
});

describe("rehearsal: metric math", () => {
  for (const [formula, result] of [
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["10 - 2 - 3", 5],
    ["a / b", 2.5],
    ["IF(a > b AND b != 0, a, b)", 5],
    ["IF(a < b || b >= 3, 1, 0)", 0],
  ] as const) {
    it(`computes ${formula}`, () => {
      expect(compileFormula(formula)({ a: 5, b: 2 })).to.equal(result);
    });
  }

  for (const formula of ["", "1 +", "IF(1, 2)", "(1", "1 2", "a ^ b"]) {
    it(`refuses "${formula}"`, () => {
      expect(() => compileFormula(formula)).to.throw(/does not understand/);
    });
  }
});
