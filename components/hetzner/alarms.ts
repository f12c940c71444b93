/** An alarm of the cluster, said once; `manifests/monitoring.ts` renders it for Prometheus. */
export interface ClusterAlarm {
  /** What it is called: `DiskFull`. */
  readonly id: string;
  /** What a person who is woken by it reads: what it means, and what to do. */
  readonly meaning: string;
  /** What is looked at, in Prometheus' language. */
  readonly observed: string;
  readonly is: "above" | "below";
  readonly threshold: number;
  readonly minutes: number;
  readonly severity: "page" | "ticket";
}

const MACHINES = 'job="machines"';
const FILES = 'fstype=~"ext4|xfs"';
const REQUESTS = "http_request_duration_seconds";

export const clusterAlarms: readonly ClusterAlarm[] = [
  {
    id: "MachineDown",
    meaning:
      "A machine does not answer. Workers are replaced by `pulumi up --replace`; the database's volume outlives it.",
    observed: `min by (instance) (up{${MACHINES}})`,
    is: "below",
    threshold: 1,
    minutes: 3,
    severity: "page",
  },
  {
    id: "DiskFull",
    meaning:
      "A disk is nearly full. On the database: is the archive stuck, so that WAL stays? See pg_stat_archiver; or raise database.volumeGb.",
    observed: `100 * (1 - node_filesystem_avail_bytes{${FILES}} / node_filesystem_size_bytes{${FILES}})`,
    is: "above",
    threshold: 85,
    minutes: 10,
    severity: "page",
  },
  {
    id: "MemoryShort",
    meaning:
      "A machine has little memory left: pods will be stopped. Raise its type, or add workers.",
    observed: "100 * node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
    is: "below",
    threshold: 10,
    minutes: 10,
    severity: "ticket",
  },
  {
    id: "CpuBusy",
    meaning: "A machine has been busy for a quarter of an hour. Add workers, or raise its type.",
    observed: `100 * (1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])))`,
    is: "above",
    threshold: 85,
    minutes: 15,
    severity: "ticket",
  },
  {
    id: "RedisDown",
    meaning:
      "Redis does not answer. See `kubectl -n godwit logs redis-0`: a full volume, or a lost password?",
    observed: "redis_up",
    is: "below",
    threshold: 1,
    minutes: 2,
    severity: "page",
  },
  {
    id: "RequestsFail",
    meaning:
      "More than 5 % of requests end in an error of the server. Which workload, since which deployment?",
    observed: `100 * sum by (app) (rate(${REQUESTS}_count{status_code=~"5.."}[5m])) / sum by (app) (rate(${REQUESTS}_count[5m]))`,
    is: "above",
    threshold: 5,
    minutes: 5,
    severity: "page",
  },
  {
    id: "RequestsSlow",
    meaning:
      "One request in twenty takes longer than a second. Look at the database first, then at CPU.",
    observed: `histogram_quantile(0.95, sum by (app, le) (rate(${REQUESTS}_bucket[5m])))`,
    is: "above",
    threshold: 1,
    minutes: 10,
    severity: "ticket",
  },
];

/** One picture of the dashboard. */
export interface ClusterPanel {
  readonly title: string;
  readonly unit: "reqps" | "percent" | "s" | "short" | "bytes";
  readonly observed: string;
  readonly legend: string;
}

export const clusterPanels: readonly ClusterPanel[] = [
  {
    title: "Requests",
    unit: "reqps",
    observed: `sum by (app) (rate(${REQUESTS}_count[5m]))`,
    legend: "{{app}}",
  },
  {
    title: "Requests that fail",
    unit: "percent",
    observed: alarm("RequestsFail").observed,
    legend: "{{app}}",
  },
  {
    title: "Duration, 95th percentile",
    unit: "s",
    observed: alarm("RequestsSlow").observed,
    legend: "{{app}}",
  },
  {
    title: "Connections",
    unit: "short",
    observed: "sum by (app) (active_connections)",
    legend: "{{app}}",
  },
  { title: "CPU", unit: "percent", observed: alarm("CpuBusy").observed, legend: "{{instance}}" },
  {
    title: "Memory available",
    unit: "percent",
    observed: alarm("MemoryShort").observed,
    legend: "{{instance}}",
  },
  {
    title: "Disks",
    unit: "percent",
    observed: alarm("DiskFull").observed,
    legend: "{{instance}} {{mountpoint}}",
  },
  {
    title: "Memory of Redis",
    unit: "bytes",
    observed: "redis_memory_used_bytes",
    legend: "{{instance}}",
  },
];

function alarm(id: string): ClusterAlarm {
  return clusterAlarms.find((each) => each.id === id)!;
}
