/** What a cluster gets unless it is told otherwise. */
export const hetznerDefaults = {
  location: "fsn1",
  network: { cidr: "10.10.0.0/16", subnet: "10.10.1.0/24" },
  controlPlane: { serverType: "cpx22" },
  workers: { serverType: "cpx32", count: 3 },
  database: { serverType: "cpx32", volumeGb: 50 },
  loadBalancer: "lb11",
  jurisdiction: "eu",
  /** Days for which files that were deleted or replaced nowhere else are kept: backups of the database. */
  backupDays: 35,
} as const;

/** Ranges that Kubernetes and the tunnel have for themselves; the machines' own network must not overlap with them. */
export const ownRanges = {
  pods: "10.42.0.0/16",
  services: "10.43.0.0/16",
  tunnel: "10.66.0.0/24",
} as const;

/** Where the database machine's encrypted volume is mounted. */
export const DATABASE_PATH = "/var/lib/postgresql";

export const MAX_WORKERS = 20;
export const MAX_ADMINS = 50;

/** Where things are in a subnet, and in the tunnel: so many addresses after its first. */
export const hosts = { loadBalancer: 5, controlPlane: 10, database: 20, workers: 31, admins: 101 };

export const ports = {
  ssh: 22,
  kubernetesApi: 6443,
  kubelet: 10_250,
  postgres: 5432,
  nodeMetrics: 9100,
  databaseMetrics: 9187,
  /** Flannel's WireGuard between nodes, for pods. */
  pods: 51_820,
  /** The tunnel between machines, and from administrators. */
  tunnel: 51_900,
  /** Where a machine tells its public key, once. */
  enrol: 51_901,
  /** Where it is handed what it needs, through the tunnel. */
  handover: 51_902,
  /** Where workers take what the load balancer sends. */
  http: 30_080,
  https: 30_443,
} as const;

/** Versions of what is installed; raised knowingly, never by a restart. */
export const versions = {
  image: "ubuntu-24.04",
  k3s: "v1.31.5+k3s1",
  postgres: "16",
  cloudController: "1.23.0",
  csi: "2.12.0",
  certManager: "v1.16.3",
  redis: "redis:7.4.2-alpine",
  prometheus: "prom/prometheus:v3.1.0",
  alertmanager: "prom/alertmanager:v0.28.0",
  grafana: "grafana/grafana:11.5.1",
  nodeExporter: "quay.io/prometheus/node-exporter:v1.8.2",
  redisExporter: "oliver006/redis_exporter:v1.67.0-alpine",
} as const;
