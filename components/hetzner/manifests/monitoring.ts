import { stringify } from "yaml";
import { grafanaDashboard } from "../../shared/watching/grafana.ts";
import { prometheusRules } from "../../shared/watching/prometheus.ts";
import { clusterAlarms } from "../alarms.ts";
import { ports, versions } from "../defaults.ts";
import { clusterPanels } from "../panels.ts";
import { APPLICATION, claim, configMap, confined, MONITORING, service } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import * as files from "./prometheusFiles.ts";

export const GRAFANA_PORT = 3000;
/** Secret with Grafana's password of `admin`: `password`. */
export const GRAFANA_AUTH = "grafana";
const KEPT = "30d";
/** What Grafana calls Prometheus. */
const SOURCE = "prometheus";

export interface Monitored {
  /** Title of the dashboard: whose it is. */
  readonly title: string;
  /** Private addresses of all machines. */
  readonly machines: readonly string[];
  readonly database: { readonly address: string; readonly volumeGb: number };
  readonly alertWebhook: string;
}

/** Prometheus, Alertmanager and Grafana; nobody reaches them but administrators, by `kubectl port-forward`. */
export function monitoringManifests(monitored: Monitored): Manifest[] {
  return [...prometheus(monitored), ...alertmanager(monitored), ...grafana(monitored), machines()];
}

interface Kept {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly object[];
  readonly port: number;
  /** Asked whether it is ready. */
  readonly ready: string;
  readonly user: number;
  /** Where it keeps what it must not lose, and how much. */
  readonly data: { readonly path: string; readonly size: string };
  /** Config maps by the folder they are put in. */
  readonly config: Readonly<Record<string, string>>;
  readonly memory: string;
  readonly account?: string;
}

/** A service with one process and a volume of its own. */
function kept(its: Kept): Manifest[] {
  const { name, port, account } = its;
  const security = confined(its.user);
  const folders = Object.entries(its.config).map(([path, map], index) => ({
    mount: { name: `config-${index}`, mountPath: path, readOnly: true },
    volume: { name: `config-${index}`, configMap: { name: map } },
  }));
  const container = {
    name,
    image: its.image,
    ...(its.args && { args: its.args }),
    ...(its.env && { env: its.env }),
    ports: [{ name: "main", containerPort: port }],
    readinessProbe: { httpGet: { path: its.ready, port }, periodSeconds: 10 },
    resources: {
      requests: { cpu: "50m", memory: its.memory },
      limits: { memory: its.memory },
    },
    securityContext: security.container,
    volumeMounts: [
      { name: "data", mountPath: its.data.path },
      ...folders.map(({ mount }) => mount),
    ],
  };
  return [
    service(MONITORING, name, port),
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name, namespace: MONITORING },
      spec: {
        serviceName: name,
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            ...(account
              ? { serviceAccountName: account }
              : { automountServiceAccountToken: false }),
            securityContext: security.pod,
            containers: [container],
            volumes: folders.map(({ volume }) => volume),
          },
        },
        volumeClaimTemplates: [claim("data", its.data.size)],
      },
    },
  ];
}

function prometheus({ machines: addresses, database }: Monitored): Manifest[] {
  const name = "prometheus";
  const role = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name };
  const inApplication = { name, namespace: APPLICATION };
  return [
    configMap(MONITORING, name, {
      "prometheus.yaml": files.prometheusConfig(addresses, database.address),
      "rules.yaml": prometheusRules("cluster", clusterAlarms(database.volumeGb)),
    }),
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: MONITORING } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: inApplication,
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: inApplication,
      roleRef: role,
      subjects: [{ kind: "ServiceAccount", name, namespace: MONITORING }],
    },
    ...kept({
      name,
      image: versions.prometheus,
      args: [
        "--config.file=/config/prometheus.yaml",
        "--storage.tsdb.path=/prometheus",
        `--storage.tsdb.retention.time=${KEPT}`,
      ],
      port: files.PROMETHEUS_PORT,
      ready: "/-/ready",
      user: 65_534,
      data: { path: "/prometheus", size: "20Gi" },
      config: { "/config": name },
      memory: "1Gi",
      account: name,
    }),
  ];
}

function alertmanager({ alertWebhook }: Monitored): Manifest[] {
  const name = "alertmanager";
  return [
    configMap(MONITORING, name, { "alertmanager.yaml": files.alertmanagerConfig(alertWebhook) }),
    ...kept({
      name,
      image: versions.alertmanager,
      args: ["--config.file=/config/alertmanager.yaml", "--storage.path=/data"],
      port: files.ALERTMANAGER_PORT,
      ready: "/-/ready",
      user: 65_534,
      data: { path: "/data", size: "10Gi" },
      config: { "/config": name },
      memory: "128Mi",
    }),
  ];
}

function grafana({ title }: Monitored): Manifest[] {
  const source = {
    apiVersion: 1,
    datasources: [
      {
        name: "Prometheus",
        uid: SOURCE,
        type: "prometheus",
        access: "proxy",
        url: `http://prometheus.${MONITORING}.svc:${files.PROMETHEUS_PORT}`,
        isDefault: true,
      },
    ],
  };
  const provider = { name: "cluster", type: "file", options: { path: "/dashboards" } };
  const password = { secretKeyRef: { name: GRAFANA_AUTH, key: "password" } };
  const provisioning = "/etc/grafana/provisioning";
  return [
    configMap(MONITORING, "grafana-source", { "source.yaml": stringify(source) }),
    configMap(MONITORING, "grafana-provider", {
      "provider.yaml": stringify({ apiVersion: 1, providers: [provider] }),
    }),
    configMap(MONITORING, "grafana-dashboards", {
      "cluster.json": grafanaDashboard({ uid: "cluster", title, source: SOURCE }, clusterPanels),
    }),
    ...kept({
      name: "grafana",
      image: versions.grafana,
      env: [
        { name: "GF_SECURITY_ADMIN_PASSWORD", valueFrom: password },
        { name: "GF_ANALYTICS_REPORTING_ENABLED", value: "false" },
        { name: "GF_USERS_ALLOW_SIGN_UP", value: "false" },
      ],
      port: GRAFANA_PORT,
      ready: "/api/health",
      user: 472,
      data: { path: "/var/lib/grafana", size: "10Gi" },
      config: {
        [`${provisioning}/datasources`]: "grafana-source",
        [`${provisioning}/dashboards`]: "grafana-provider",
        "/dashboards": "grafana-dashboards",
      },
      memory: "256Mi",
    }),
  ];
}

/** Figures of every node; the database machine has its own exporter. */
function machines(): Manifest {
  const name = "node-exporter";
  const { container } = confined(65_534);
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace: MONITORING },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          automountServiceAccountToken: false,
          hostNetwork: true,
          hostPID: true,
          // The control plane as well.
          tolerations: [{ operator: "Exists", effect: "NoSchedule" }],
          containers: [
            {
              name,
              image: versions.nodeExporter,
              args: ["--path.rootfs=/host"],
              ports: [{ name: "main", containerPort: ports.nodeMetrics }],
              resources: { requests: { cpu: "20m", memory: "32Mi" }, limits: { memory: "64Mi" } },
              securityContext: { ...container, runAsNonRoot: true, runAsUser: 65_534 },
              volumeMounts: [
                {
                  name: "host",
                  mountPath: "/host",
                  readOnly: true,
                  mountPropagation: "HostToContainer",
                },
              ],
            },
          ],
          volumes: [{ name: "host", hostPath: { path: "/" } }],
        },
      },
    },
  };
}
