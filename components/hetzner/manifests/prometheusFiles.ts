import { stringify } from "yaml";
import { ports } from "../defaults.ts";
import { MACHINES } from "../figures.ts";
import { APPLICATION, MONITORING } from "./manifest.ts";

export const ALERTMANAGER_PORT = 9093;
export const PROMETHEUS_PORT = 9090;

/** What Prometheus asks: pods that say so, every machine by its exporter, and Postgres by its own. */
export function prometheusConfig(machines: readonly string[], database: string): string {
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
          job_name: MACHINES,
          static_configs: [
            { targets: machines.map((address) => `${address}:${ports.nodeMetrics}`) },
          ],
        },
        {
          job_name: "database",
          static_configs: [{ targets: [`${database}:${ports.databaseMetrics}`] }],
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
