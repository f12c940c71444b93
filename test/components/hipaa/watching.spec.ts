import { expect } from "chai";
import { hipaaAlarmDefaults } from "../../../components/hipaa/watch/thresholds.ts";
import { MockCloud } from "../../support/mocks.ts";
import type { Declared } from "../../support/mocks.ts";
import { answerForHipaa, build } from "./parts.ts";

describe("what watches over the target hipaa", () => {
  const cloud = new MockCloud();
  before(() => cloud.install());
  beforeEach(() => {
    cloud.reset();
    answerForHipaa(cloud);
  });

  async function declare(of: "watch" | "audit" | "topic"): Promise<Declared[]> {
    await build[of]({ transformations: [cloud.watch] });
    return (await cloud.declared()).slice(1);
  }
  const one = (declared: readonly Declared[], name: string) =>
    declared.find((each) => each.name === name)!.inputs;

  it("has five alarms with the requirement's numbers; the sixth is the cache's own", async () => {
    const declared = await declare("watch");
    const alarm = (id: string) => {
      const { threshold, comparisonOperator, alarmActions } = one(declared, `other-alarm-${id}`);
      expect(alarmActions).to.deep.equal(["arn:aws:sns:ca-central-1:123456789012:acme-alarms"]);
      return `${String(comparisonOperator).replace("Threshold", "")} ${String(threshold)}`;
    };
    expect(alarm("cpu")).to.equal("GreaterThan 80");
    expect(alarm("database-connections")).to.equal("GreaterThan 80");
    expect(alarm("database-storage")).to.equal("LessThan 10000000000");
    expect(alarm("errors")).to.equal("GreaterThan 1");
    expect(alarm("queue")).to.equal("GreaterThan 100");
    expect(declared.filter(({ type }) => type.endsWith(":MetricAlarm"))).to.have.length(5);
    expect(hipaaAlarmDefaults.hitRatePercent).to.equal(80);
  });

  it("goes off at other numbers where the settings have some, each by itself", async () => {
    const thresholds = {
      cpuPercent: 90,
      connectionsPercent: 50,
      freeStorageGB: 20,
      errorPercent: 2,
      waitingJobs: 500,
    };
    await build.watch({ transformations: [cloud.watch] }, { thresholds });
    const declared = await cloud.declared();
    const at = (id: string) => one(declared, `other-alarm-${id}`)["threshold"];
    const ids = ["cpu", "database-connections", "database-storage", "errors", "queue"];
    expect(ids.map(at)).to.deep.equal([90, 50, 20_000_000_000, 2, 500]);
  });

  it("counts the database's connections in percent of what it is told to let in", async () => {
    await build.watch({ transformations: [cloud.watch] }, { maxConnections: 250 });
    const alarm = one(await cloud.declared(), "other-alarm-database-connections");
    const [result, open] = alarm["metricQueries"] as Declared["inputs"][];
    expect(result).to.include({ expression: "100 * open / 250", returnData: true });
    expect(open).to.have.property("id", "open");
    expect(open!["metric"]).to.include({ metricName: "DatabaseConnections", stat: "Maximum" });
  });

  it("does not judge errors by fewer than 20 requests", async () => {
    const alarm = one(await declare("watch"), "other-alarm-errors");
    const [result] = alarm["metricQueries"] as Declared["inputs"][];
    expect(result!["expression"]).to.match(/^IF\(requests >= 20, .*, 0\)$/);
  });

  it("has three dashboards and a budget of 700 $", async () => {
    const declared = await declare("watch");
    const dashboards = declared.filter(({ type }) => type.endsWith(":Dashboard"));
    expect(dashboards.map(({ inputs }) => inputs["dashboardName"])).to.have.members([
      "acme-application",
      "acme-database",
      "acme-infrastructure",
    ]);
    expect(one(declared, "other-budget")).to.include({ limitAmount: "700", timeUnit: "MONTHLY" });
  });

  it("records who did what, in all regions, sealed and encrypted, and who touched which file", async () => {
    const declared = await declare("audit");
    const trail = one(declared, "other-trail");
    expect(trail).to.include({ isMultiRegionTrail: true, enableLogFileValidation: true });
    expect(trail["kmsKeyId"]).to.match(/key\/logs$/);
    const files = JSON.stringify(trail["eventSelectors"]);
    for (const id of ["uploads", "backups", "uploads-copy", "backups-copy"]) {
      expect(files).to.include(`unseen-${id}/`);
    }
    expect(one(declared, "other-log")).to.include({ retentionInDays: 90 });
    expect(declared.map(({ type }) => type.split(":")[2])).to.include.members([
      "Detector",
      "Recorder",
      "DeliveryChannel",
      "RecorderStatus",
    ]);
  });

  it("tells by an encrypted topic, which services of the account alone publish to", async () => {
    const declared = await declare("topic");
    expect(one(declared, "other-topic")["kmsMasterKeyId"]).to.match(/key\/logs$/);
    expect(String(one(declared, "other-topic-policy")["policy"])).to.include("aws:SourceAccount");
    expect(one(declared, "other-email")).to.include({ endpoint: "ops@acme.example" });
  });
});
