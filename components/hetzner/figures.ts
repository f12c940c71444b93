import type { PromQl } from "../shared/watching/prometheus.ts";
import type { ServiceFigures } from "../shared/watching/service.ts";
import { CACHE_MIN_READS, ERRORS_MIN_REQUESTS } from "../shared/watching/service.ts";
import type { UploadFigures } from "../shared/watching/uploads.ts";
import { DATABASE_PATH } from "./defaults.ts";

/** What workloads tell at `/metrics`: a histogram of requests with `status_code`, one of uploads with `outcome`, two gauges. */
const REQUESTS = "http_request_duration_seconds";
const UPLOADS = "upload_duration_seconds";
export const CONNECTIONS = "active_connections";
const WAITING = "waiting_jobs";

/** Job of Prometheus that asks machines. */
export const MACHINES = "machines";
const DISKS = 'fstype=~"ext4|xfs"';
const HITS = "redis_keyspace_hits_total";
const MISSES = "redis_keyspace_misses_total";
const RECENT = "[5m]";

/** What the cluster's own exporters tell of each machine. */
export const machineFigures = {
  up: `min by (instance) (up{job="${MACHINES}"})`,
  diskPercent: `100 * (1 - node_filesystem_avail_bytes{${DISKS}} / node_filesystem_size_bytes{${DISKS}})`,
  memoryPercent: "100 * node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
  databaseUp: "pg_up",
  redisUp: "redis_up",
  redisBytes: "redis_memory_used_bytes",
} as const;

export const requestsASecond: PromQl = `sum by (app) (rate(${REQUESTS}_count${RECENT}))`;

/** Time that so many requests stay under, in seconds. */
export function requestDuration(quantile: number): PromQl {
  return `histogram_quantile(${quantile}, sum by (app, le) (rate(${REQUESTS}_bucket${RECENT})))`;
}

export const serviceFigures: ServiceFigures<PromQl> = {
  failedPercent:
    `100 * sum by (app) (rate(${REQUESTS}_count{status_code=~"5.."}${RECENT})) / ${requestsASecond}` +
    ` and (sum by (app) (increase(${REQUESTS}_count${RECENT})) >= ${ERRORS_MIN_REQUESTS})`,
  slowestSeconds: requestDuration(0.95),
  cpuPercent: `100 * (1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}${RECENT})))`,
  // Each copy of a workload counts the same queues.
  waitingJobs: `max by (app, queue) (${WAITING})`,
  connectionsPercent: "100 * sum(pg_stat_database_numbackends) / max(pg_settings_max_connections)",
  freeStorageBytes: `node_filesystem_avail_bytes{mountpoint="${DATABASE_PATH}"}`,
  cacheHitPercent:
    `100 * rate(${HITS}${RECENT}) / (rate(${HITS}${RECENT}) + rate(${MISSES}${RECENT}))` +
    ` and (increase(${HITS}${RECENT}) + increase(${MISSES}${RECENT}) >= ${CACHE_MIN_READS})`,
};

export const uploadFigures: UploadFigures<PromQl> = {
  failedPercent: share('outcome="failed"'),
  succeededPercent: share('outcome!="failed"'),
  duration: { P50: uploadDuration(0.5), P95: uploadDuration(0.95), P99: uploadDuration(0.99) },
};

function share(outcome: string): PromQl {
  return `100 * sum by (app) (rate(${UPLOADS}_count{${outcome}}[15m])) / sum by (app) (rate(${UPLOADS}_count[15m]))`;
}

function uploadDuration(quantile: number): PromQl {
  return `histogram_quantile(${quantile}, sum by (app, le) (rate(${UPLOADS}_bucket[15m])))`;
}
