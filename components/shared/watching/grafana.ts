import type { Panel } from "../dashboard.ts";
import type { PromQl } from "./prometheus.ts";

export interface GrafanaDashboard {
  /** Name in the dashboard's address. */
  readonly uid: string;
  readonly title: string;
  /** Name that Grafana knows Prometheus by. */
  readonly source: string;
}

const COLUMNS = 2;
const PANEL = { w: 12, h: 8 };
/** What Grafana calls our units; others are written behind the figure. */
const UNITS: Readonly<Record<string, string>> = {
  "%": "percent",
  s: "s",
  bytes: "bytes",
  "requests a second": "reqps",
};

/** Panels as Grafana's dashboard, two beside each other. A label such as `{{app}}` draws one line for each value. */
export function grafanaDashboard(
  { uid, title, source }: GrafanaDashboard,
  panels: readonly Panel<PromQl>[],
): string {
  return JSON.stringify({
    uid,
    title,
    schemaVersion: 39,
    refresh: "1m",
    time: { from: "now-6h", to: "now" },
    panels: panels.map((panel, index) => drawn(panel, index, source)),
  });
}

function drawn({ title, unit, series }: Panel<PromQl>, index: number, source: string) {
  const targets = Object.entries(series).map(([label, expr], place) => ({
    refId: String.fromCharCode("A".charCodeAt(0) + place),
    expr,
    legendFormat: label,
  }));
  return {
    id: index + 1,
    type: "timeseries",
    title,
    datasource: { type: "prometheus", uid: source },
    gridPos: { ...PANEL, x: (index % COLUMNS) * PANEL.w, y: Math.floor(index / COLUMNS) * PANEL.h },
    fieldConfig: { defaults: { unit: UNITS[unit] ?? `suffix: ${unit}` }, overrides: [] },
    targets,
  };
}
