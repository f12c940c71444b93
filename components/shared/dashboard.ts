import * as pulumi from "@pulumi/pulumi";
import { Dashboard } from "@pulumi/aws/cloudwatch/dashboard.js";
import type { Metric, Observed } from "../alarms.ts";

/** A panel of a dashboard, said once and rendered for whatever shows it; `Query` is how that is asked for a figure. */
export interface Panel<Query> {
  readonly title: string;
  /** What the figures are in: `%`, `s`, `GB`. */
  readonly unit: string;
  /** By label. */
  readonly series: Readonly<Record<string, Query>>;
}

/** A panel of CloudWatch's. The names in formulas are unique within a panel. */
export interface PanelSpec extends Panel<Observed> {
  /** Where the metrics are. */
  readonly region: string;
  readonly periodSeconds: number;
}

const COLUMNS = 2;
/** Of the 24 that a dashboard is wide. */
const WIDTH = 12;
const HEIGHT = 6;

/** Renders panels as a CloudWatch dashboard, two beside each other. */
export function cloudWatchDashboard(
  name: string,
  dashboardName: string,
  panels: readonly PanelSpec[],
  parent: pulumi.Resource,
): Dashboard {
  const dashboardBody = pulumi.jsonStringify({ widgets: panels.map(widget) });
  return new Dashboard(`${name}-dashboard`, { dashboardName, dashboardBody }, { parent });
}

function widget(panel: PanelSpec, index: number) {
  return {
    type: "metric",
    x: (index % COLUMNS) * WIDTH,
    y: Math.floor(index / COLUMNS) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: {
      title: panel.title,
      view: "timeSeries",
      region: panel.region,
      period: panel.periodSeconds,
      yAxis: { left: { label: panel.unit, min: 0, showUnits: false } },
      metrics: Object.entries(panel.series).flatMap(([label, observed]) => rows(label, observed)),
    },
  };
}

function rows(label: string, observed: Observed): unknown[] {
  if ("metric" in observed) return [row(observed.metric, { label })];
  const hidden = Object.entries(observed.of).map(([id, metric]) =>
    row(metric, { id, visible: false }),
  );
  return [[{ expression: observed.formula, label }], ...hidden];
}

/** As CloudWatch writes it: namespace, name, dimensions one by one, then how it is shown. */
function row({ namespace, name, statistic, dimensions }: Metric, shown: object): unknown[] {
  return [namespace, name, ...Object.entries(dimensions).flat(), { stat: statistic, ...shown }];
}
