import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import type { AlarmSpec } from "../../../components/alarms.ts";
import { clusterAlarms } from "../../../components/hetzner/alarms.ts";
import { clusterPanels } from "../../../components/hetzner/panels.ts";
import { alertName, prometheusRules } from "../../../components/shared/watching/prometheus.ts";
import type { PromQl } from "../../../components/shared/watching/prometheus.ts";
import { RealProgram } from "../../support/realProgram.ts";
import { alarmSeries, SAMPLES } from "./alarmSeries.ts";
import type { AlarmSeries } from "./alarmSeries.ts";

type Alarm = AlarmSpec<PromQl>;

const VOLUME_GB = 50;
const MINUTE_SECONDS = 60;
const alarms = clusterAlarms(VOLUME_GB);
const promtool = new RealProgram("promtool");

describe("alarms of the cluster", () => {
  const folder = mkdtempSync(join(tmpdir(), "godwit-rules-"));
  const rules = join(folder, "rules.yaml");
  before(() => writeFileSync(rules, prometheusRules("cluster", alarms)));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Lets promtool look, at these minutes, whether each alarm goes off. */
  const accepted = (
    kind: keyof AlarmSeries | "none",
    firing: (alarm: Alarm) => readonly (readonly [minute: number, fires: boolean])[],
  ) => {
    const figures =
      kind === "none" ? [] : Object.values(alarmSeries).flatMap((of) => of[kind] ?? []);
    const asked = alarms.flatMap((alarm) =>
      firing(alarm).map(([minute, fires]) => question(alarm, minute, fires)),
    );
    const test = { interval: "1m", input_series: figures, promql_expr_test: asked };
    const file = join(folder, `${kind}.yaml`);
    writeFileSync(
      file,
      stringify({ rule_files: [rules], evaluation_interval: "1m", tests: [test] }),
    );
    promtool.accepts("test", "rules", file);
  };

  promtool.it("are rules of Prometheus", () => promtool.accepts("check", "rules", rules));

  promtool.it("go off over their limit, once it lasts as long as they say", () => {
    accepted("over", (alarm) => [
      [lasting(alarm) - 1, false],
      [SAMPLES, true],
    ]);
  });

  promtool.it("stay silent within their limit", () => {
    accepted("within", () => [[SAMPLES, false]]);
  });

  promtool.it("do not judge by too few figures, nor by those of others", () => {
    accepted("ignored", ({ id }) => (alarmSeries[id]!.ignored ? [[SAMPLES, false]] : []));
  });

  promtool.it("go off without figures only where they say so", () => {
    accepted("none", ({ missing }) => [[SAMPLES, missing === "alarm"]]);
  });

  it("each have figures to be tested by", () => {
    expect(Object.keys(alarmSeries)).to.have.members(alarms.map(({ id }) => id));
  });

  it("tell whom they wake what it means and what to do", () => {
    for (const { meaning, id } of alarms) expect(meaning.length, id).to.be.greaterThan(40);
  });

  it("wake a person for what users notice and for what stops soon, and leave the rest for the morning", () => {
    const { groups } = parse(prometheusRules("cluster", alarms)) as {
      groups: { rules: { alert: string; labels: { severity: string } }[] }[];
    };
    const tickets = groups[0]!.rules.filter(({ labels }) => labels.severity === "ticket");
    expect(tickets.map(({ alert }) => alert)).to.deep.equal([
      "Cpu",
      "Slow",
      "CacheHitRate",
      "UploadDuration",
      "MemoryShort",
    ]);
  });

  it("ask less free storage of a small volume", () => {
    const ofSmall = clusterAlarms(10).find(({ id }) => id === "database-storage");
    expect(ofSmall?.threshold).to.equal(2_000_000_000);
  });

  it("look at what a panel shows", () => {
    const shown = clusterPanels.flatMap(({ series }) => Object.values(series));
    const unseen = alarms.filter(({ observed }) => !shown.includes(observed));
    expect(unseen.map(({ id }) => id)).to.deep.equal([
      "upload-failures", // The panel shows those that succeeded.
      "machine-down",
      "database-down",
      "redis-down",
    ]);
  });
});

/** Minutes that an alarm's figure must be over its limit. */
function lasting({ periodSeconds, periods }: Alarm): number {
  return (periodSeconds * periods) / MINUTE_SECONDS;
}

function question({ id }: Alarm, minute: number, fires: boolean): object {
  return {
    expr: `count(ALERTS{alertname="${alertName(id)}",alertstate="firing"}) or vector(0)`,
    eval_time: `${minute}m`,
    exp_samples: [{ labels: "{}", value: fires ? 1 : 0 }],
  };
}
