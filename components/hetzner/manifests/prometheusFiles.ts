import { stringify } from "yaml";
import type { ClusterAlarm, ClusterPanel } from "../alarms.ts";
import { ports } from "../defaults.ts";
import { APPLICATION, MONITORING } from "./manifest.ts";

export const ALERTMANAGER_PORT = 9093;
export const PROMETHEUS_PORT = 9090;

/** What Prometheus asks: pods that say so, and every machine by its exporter. */
export function prometheusConfig(machines: readonly string[]): string {
  return stringify(
    {
      global: { scrape_interval: "30s", evaluation_interval: "30s" },
      rule_files: ["/config/rules.yaml"],
      alerting: {
        alertmanagers: [
          {
            static_configs: [{ targets: [`alertmanager.${MONITORING}.svc:${ALERTMANAGER_PORT}`] }],
          },
        ],
      },
      scrape_configs: [
        {
          job_name: "machines",
          static_configs: [
            { targets: machines.map((address) => `${address}:${ports.nodeMetrics}`) },
          ],
        },
        {
          job_name: "pods",
          kubernetes_sd_configs: [{ role: "pod", namespaces: { names: [APPLICATION] } }],
          relabel_configs: podLabels,
        },
      ],
    },
    { lineWidth: 0 },
  );
}

const META = "__meta_kubernetes_pod";
const podLabels = [
  { source_labels: [`${META}_annotation_prometheus_io_scrape`], action: "keep", regex: "true" },
  {
    source_labels: ["__address__", `${META}_annotation_prometheus_io_port`],
    action: "replace",
    regex: "([^:]+)(?::\\d+)?;(\\d+)",
    replacement: "$1:$2",
    target_label: "__address__",
  },
  { source_labels: [`${META}_label_app`], target_label: "app" },
  { source_labels: [`${META}_name`], target_label: "pod" },
];

/** The alarms as Prometheus' rules. */
export function prometheusRules(alarms: readonly ClusterAlarm[]): string {
  const rules = alarms.map(({ id, meaning, observed, is, threshold, minutes, severity }) => ({
    alert: id,
    expr: `${observed} ${is === "above" ? ">" : "<"} ${threshold}`,
    for: `${minutes}m`,
    labels: { severity },
    annotations: { description: meaning },
  }));
  return stringify({ groups: [{ name: "cluster", rules }] }, { lineWidth: 0 });
}

/** Tells one address; what wakes somebody is repeated until it is over. */
export function alertmanagerConfig(webhook: string): string {
  return stringify({
    route: {
      receiver: "operators",
      group_by: ["alertname"],
      group_wait: "30s",
      repeat_interval: "12h",
      routes: [{ matchers: ['severity="page"'], receiver: "operators", repeat_interval: "1h" }],
    },
    receivers: [{ name: "operators", webhook_configs: [{ url: webhook, send_resolved: true }] }],
  });
}

const COLUMNS = 2;
const PANEL = { w: 12, h: 8 };

/** The panels as Grafana's dashboard. */
export function grafanaDashboard(title: string, panels: readonly ClusterPanel[]): string {
  const drawn = panels.map(({ title: heading, unit, observed, legend }, index) => ({
    id: index + 1,
    type: "timeseries",
    title: heading,
    datasource: { type: "prometheus", uid: "prometheus" },
    gridPos: {
      ...PANEL,
      x: (index % COLUMNS) * PANEL.w,
      y: Math.floor(index / COLUMNS) * PANEL.h,
    },
    fieldConfig: { defaults: { unit }, overrides: [] },
    targets: [{ refId: "A", expr: observed, legendFormat: legend }],
  }));
  return JSON.stringify({
    uid: "cluster",
    title,
    schemaVersion: 39,
    refresh: "1m",
    time: { from: "now-6h", to: "now" },
    panels: drawn,
  });
}
