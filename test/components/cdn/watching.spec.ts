import { expect } from "chai";
import type { AssetsCdnArgs } from "../../../components/cdn/args.ts";
import type { CdnThresholds } from "../../../components/cdn/thresholds.ts";
import { CdnUnderTest } from "./cdnUnderTest.ts";

const EDGE = { DistributionId: "cdn-distribution-id", Region: "Global" };
const UPLOADS = { Application: "acme" };

describe("AssetsCdn: alarms and dashboard", () => {
  const cdn = new CdnUnderTest();

  async function alarms(changes: Partial<AssetsCdnArgs> = {}) {
    const declared = await cdn.declare(changes);
    return declared.flatMap(({ type, inputs }) => (type.endsWith(":MetricAlarm") ? [inputs] : []));
  }

  const query = (id: string, namespace: string, metricName: string, stat: string) => ({
    id,
    metric: {
      namespace,
      metricName,
      stat,
      dimensions: namespace === "AWS/CloudFront" ? EDGE : UPLOADS,
      period: { "AWS/CloudFront": 300, "Godwit/Uploads": 900 }[namespace],
    },
  });

  it("go off at the limits of the requirement", async () => {
    const limits = (await alarms()).map(
      ({ name, comparisonOperator, threshold, evaluationPeriods }) => [
        name,
        comparisonOperator,
        threshold,
        evaluationPeriods,
      ],
    );
    expect(limits).to.deep.equal([
      ["acme-cdn-upload-failures", "GreaterThanThreshold", 5, 1],
      ["acme-cdn-upload-duration", "GreaterThanThreshold", 5, 1],
      ["acme-cdn-errors", "GreaterThanThreshold", 1, 2],
      ["acme-cdn-origin-errors", "GreaterThanThreshold", 0, 2],
      ["acme-cdn-hit-rate", "LessThanThreshold", 90, 3],
    ]);
  });

  it("look at the share of uploads that failed, and at the slowest twentieth", async () => {
    const [failures, duration] = await alarms();
    expect(failures!.metricQueries).to.deep.equal([
      { id: "result", expression: "100 * FILL(failures, 0) / uploads", returnData: true },
      query("failures", "Godwit/Uploads", "UploadFailures", "Sum"),
      query("uploads", "Godwit/Uploads", "Uploads", "Sum"),
    ]);
    expect(duration!.metricQueries).to.deep.equal([
      { id: "result", expression: "p95 / 1000", returnData: true },
      query("p95", "Godwit/Uploads", "UploadDuration", "p95"),
    ]);
  });

  it("look at viewers' errors and the origin's, and judge a rate only with enough requests", async () => {
    const [, , errors, origin, hitRate] = await alarms();
    expect(errors!.metricQueries).to.deep.equal([
      { id: "result", expression: "IF(requests >= 20, errors, 0)", returnData: true },
      query("requests", "AWS/CloudFront", "Requests", "Sum"),
      query("errors", "AWS/CloudFront", "TotalErrorRate", "Average"),
    ]);
    expect(origin!.metricQueries).to.deep.equal([
      { id: "result", expression: "bad + unavailable + late", returnData: true },
      query("bad", "AWS/CloudFront", "502ErrorRate", "Average"),
      query("unavailable", "AWS/CloudFront", "503ErrorRate", "Average"),
      query("late", "AWS/CloudFront", "504ErrorRate", "Average"),
    ]);
    const [result] = hitRate!.metricQueries as { expression: string }[];
    expect(result!.expression).to.equal("IF(requests >= 100, hits, 100)");
  });

  it("tell a topic of their own region when they go off and when they are over", async () => {
    const told = (await alarms()).map(({ name, region, alarmActions, okActions }) => {
      expect(okActions).to.deep.equal(alarmActions);
      return [name, region, ...(alarmActions as string[])];
    });
    const topic = (id: string) => `arn:aws:mock:us-east-1:123456789012:cdn-${id}-topic`;
    expect(told).to.deep.equal([
      ["acme-cdn-upload-failures", undefined, topic("uploads")],
      ["acme-cdn-upload-duration", undefined, topic("uploads")],
      ["acme-cdn-errors", "us-east-1", topic("cdn")],
      ["acme-cdn-origin-errors", "us-east-1", topic("cdn")],
      ["acme-cdn-hit-rate", "us-east-1", topic("cdn")],
    ]);
  });

  it("take existing topics, each for its region", async () => {
    const topicArns = ["ca-central-1", "us-east-1"].map(
      (region) => `arn:aws:sns:${region}:123456789012:ops`,
    );
    const told = (await alarms({ alarms: { topicArns } })).map(({ alarmActions }) => alarmActions);
    const [own, edge] = topicArns.map((arn) => [arn]);
    expect(told).to.deep.equal([own, own, edge, edge, edge]);
  });

  it("take other limits", async () => {
    const thresholds: CdnThresholds = {
      uploadFailurePercent: 1,
      uploadP95Seconds: 2,
      errorPercent: 3,
      originErrorPercent: 4,
      hitRatePercent: 5,
    };
    const found = (await alarms({ thresholds })).map(({ threshold }) => threshold);
    expect(found).to.deep.equal([1, 2, 3, 4, 5]);
  });

  describe("the dashboard", () => {
    interface Widget {
      readonly x: number;
      readonly y: number;
      readonly properties: {
        readonly title: string;
        readonly region: string;
        readonly metrics: readonly unknown[][];
      };
    }
    const widgets = async () => {
      const { inputs } = await cdn.child("cdn-dashboard");
      expect(inputs.dashboardName).to.equal("acme-cdn");
      return (JSON.parse(inputs.dashboardBody as string) as { widgets: Widget[] }).widgets;
    };

    it("shows uploads, delivery and storage, each from the region that has its figures", async () => {
      const shown = (await widgets()).map(({ x, y, properties: { title, region } }) => [
        x,
        y,
        title,
        region,
      ]);
      expect(shown).to.deep.equal([
        [0, 0, "Uploads that succeeded", "ca-central-1"],
        [12, 0, "Upload duration", "ca-central-1"],
        [0, 6, "Cache hit rate", "us-east-1"],
        [12, 6, "Errors", "us-east-1"],
        [0, 12, "Stored", "ca-central-1"],
        [12, 12, "Transferred", "us-east-1"],
      ]);
    });

    it("computes from hidden metrics what it shows", async () => {
      const [, duration, hits, , stored] = (await widgets()).map(
        ({ properties }) => properties.metrics,
      );
      expect(duration!.slice(0, 2)).to.deep.equal([
        [{ expression: "p50 / 1000", label: "P50" }],
        [
          "Godwit/Uploads",
          "UploadDuration",
          "Application",
          "acme",
          { stat: "p50", id: "p50", visible: false },
        ],
      ]);
      const distribution = Object.entries(EDGE).flat();
      expect(hits).to.deep.equal([
        ["AWS/CloudFront", "CacheHitRate", ...distribution, { stat: "Average", label: "hits" }],
      ]);
      expect(stored![1]).to.deep.equal([
        "AWS/S3",
        "BucketSizeBytes",
        ...["BucketName", "acme-public-assets", "StorageType", "StandardStorage"],
        { stat: "Average", id: "bytes", visible: false },
      ]);
    });

    it("has no name in its formulas twice in a panel", async () => {
      for (const { properties } of await widgets()) {
        const ids = properties.metrics.flatMap((row) => (row.at(-1) as { id?: string }).id ?? []);
        expect(new Set(ids).size, properties.title).to.equal(ids.length);
      }
    });
  });
});
