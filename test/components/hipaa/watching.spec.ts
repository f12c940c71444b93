import { expect } from "chai";
import { hipaaThresholds } from "../../../components/hipaa/watch/thresholds.ts";
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
    // 80 % of the 400 connections that the database is told to let in.
    expect(alarm("database-connections")).to.equal("GreaterThan 320");
    expect(alarm("database-storage")).to.equal("LessThan 10000000000");
    expect(alarm("errors")).to.equal("GreaterThan 1");
    expect(alarm("queue")).to.equal("GreaterThan 100");
    expect(declared.filter(({ type }) => type.endsWith(":MetricAlarm"))).to.have.length(5);
    expect(hipaaThresholds.hitRatePercent).to.equal(80);
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
    expect(JSON.stringify(trail["eventSelectors"])).to.include("unseen-uploads/");
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
