import { expect } from "chai";
import { parse } from "yaml";
import type { AlarmSpec } from "../../../../components/alarms.ts";
import type { Panel } from "../../../../components/shared/dashboard.ts";
import { grafanaDashboard } from "../../../../components/shared/watching/grafana.ts";
import { prometheusRules } from "../../../../components/shared/watching/prometheus.ts";
import { serviceAlarms, serviceLimits } from "../../../../components/shared/watching/service.ts";
import { uploadAlarms, uploadLimits } from "../../../../components/shared/watching/uploads.ts";

const queue: AlarmSpec<string> = {
  id: "queue-waits",
  meaning: "Jobs wait.",
  observed: "max(waiting_jobs) and on () up",
  is: "above",
  threshold: 100,
  periodSeconds: 300,
  periods: 2,
};

interface Rule {
  readonly alert: string;
  readonly expr: string;
}
const rulesOf = (alarms: AlarmSpec<string>[]) =>
  (parse(prometheusRules("all", alarms)) as { groups: { name: string; rules: Rule[] }[] }).groups;

describe("rules of Prometheus", () => {
  it("say an alarm as it is meant", () => {
    expect(rulesOf([queue])).to.deep.equal([
      {
        name: "all",
        rules: [
          {
            alert: "QueueWaits",
            expr: "(max(waiting_jobs) and on () up) > 100",
            for: "600s",
            labels: { severity: "page" },
            annotations: { description: "Jobs wait." },
          },
        ],
      },
    ]);
  });

  it("go off without figures where that is an alarm", () => {
    const down = { ...queue, observed: "redis_up", is: "below", threshold: 1 } as const;
    const [group] = rulesOf([{ ...down, missing: "alarm" }]);
    expect(group!.rules[0]!.expr).to.equal("(redis_up) < 1 or absent(redis_up)");
  });
});

describe("the alarms of a service", () => {
  it("are those whose figure somebody measures", () => {
    const alarms = serviceAlarms({ waitingJobs: "jobs", failedPercent: "failed" });
    expect(alarms.map(({ id, observed }) => [id, observed])).to.deep.equal([
      ["errors", "failed"],
      ["queue", "jobs"],
    ]);
  });

  it("go off at the limits they are given", () => {
    const limits = { ...serviceLimits, freeStorageGB: 2 };
    const [alarm] = serviceAlarms({ freeStorageBytes: "free" }, limits);
    expect(alarm).to.deep.include({ is: "below", threshold: 2_000_000_000 });
  });
});

describe("the alarms of uploads", () => {
  it("are the same, whoever is asked", () => {
    const asked = (by: string) =>
      uploadAlarms(
        {
          failedPercent: `${by} failed`,
          succeededPercent: `${by} succeeded`,
          duration: { P50: `${by} 50`, P95: `${by} 95`, P99: `${by} 99` },
        },
        uploadLimits,
      );
    const [ours, theirs] = [asked("ours"), asked("theirs")];
    expect(ours.map(({ observed }) => observed)).to.deep.equal(["ours failed", "ours 95"]);
    const without = (alarms: AlarmSpec<string>[]) =>
      alarms.map((alarm) => ({ ...alarm, observed: "" }));
    expect(without(ours)).to.deep.equal(without(theirs));
  });
});

describe("Grafana's dashboard", () => {
  const panels: Panel<string>[] = [
    { title: "CPU", unit: "%", series: { "{{instance}}": "cpu" } },
    { title: "Time", unit: "s", series: { P50: "half", P95: "most" } },
    { title: "Jobs", unit: "jobs", series: { all: "jobs" } },
  ];
  const dashboard = JSON.parse(
    grafanaDashboard({ uid: "cluster", title: "acme", source: "prometheus" }, panels),
  ) as { panels: Record<string, unknown>[] };

  it("draws panels two beside each other", () => {
    expect(dashboard.panels.map(({ gridPos }) => gridPos)).to.deep.equal([
      { x: 0, y: 0, w: 12, h: 8 },
      { x: 12, y: 0, w: 12, h: 8 },
      { x: 0, y: 8, w: 12, h: 8 },
    ]);
  });

  it("draws each series with its label, in its unit", () => {
    expect(dashboard.panels.map(({ fieldConfig }) => fieldConfig)).to.deep.equal(
      ["percent", "s", "suffix: jobs"].map((unit) => ({ defaults: { unit }, overrides: [] })),
    );
    expect(dashboard.panels[1]!["targets"]).to.deep.equal([
      { refId: "A", expr: "half", legendFormat: "P50" },
      { refId: "B", expr: "most", legendFormat: "P95" },
    ]);
  });
});
