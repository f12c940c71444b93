/** Figures as exporters tell them, a sample a minute, in the notation of `promtool test rules`. */
export interface Series {
  readonly series: string;
  readonly values: string;
}

/** What makes an alarm go off, and what just does not. */
export interface AlarmSeries {
  readonly over: readonly Series[];
  readonly within: readonly Series[];
  /** Other figures that are none of its business. */
  readonly ignored?: readonly Series[];
}

export const SAMPLES = 40;
const GB = 1_000_000_000;

const gauge = (series: string, value: number): Series => ({
  series,
  values: `${value}+0x${SAMPLES}`,
});
const counter = (series: string, aMinute: number): Series => ({
  series,
  values: `0+${aMinute}x${SAMPLES}`,
});

const requests = (failed: number, all: number) => [
  counter('http_request_duration_seconds_count{app="api",status_code="200"}', all - failed),
  counter('http_request_duration_seconds_count{app="api",status_code="500"}', failed),
];
const uploads = (failed: number) => [
  counter('upload_duration_seconds_count{app="api",outcome="stored"}', 100 - failed),
  counter('upload_duration_seconds_count{app="api",outcome="failed"}', failed),
];
/** Of a hundred a minute so many within the limit, and all within twice the limit. */
const durations = (name: string, limit: number, within: number) => [
  counter(`${name}_bucket{app="api",le="${limit}"}`, within),
  counter(`${name}_bucket{app="api",le="${2 * limit}"}`, 100),
  counter(`${name}_bucket{app="api",le="+Inf"}`, 100),
];
const reads = (hits: number, all: number) => [
  counter('redis_keyspace_hits_total{pod="redis-0"}', hits),
  counter('redis_keyspace_misses_total{pod="redis-0"}', all - hits),
];
const connections = (open: number) => [
  gauge('pg_stat_database_numbackends{datname="app"}', open - 1),
  gauge('pg_stat_database_numbackends{datname="postgres"}', 1),
  gauge("pg_settings_max_connections", 200),
];
const busy = (percent: number) => [
  counter('node_cpu_seconds_total{instance="a",mode="idle"}', 0.6 * (100 - percent)),
];
const disk = (free: number) => [
  gauge('node_filesystem_avail_bytes{fstype="ext4",instance="a",mountpoint="/"}', free),
  gauge('node_filesystem_size_bytes{fstype="ext4",instance="a",mountpoint="/"}', 100),
];
const memory = (free: number) => [
  gauge('node_memory_MemAvailable_bytes{instance="a"}', free),
  gauge('node_memory_MemTotal_bytes{instance="a"}', 100),
];
const volume = (free: number) => [
  gauge('node_filesystem_avail_bytes{mountpoint="/var/lib/postgresql"}', free),
];

/** By alarm. */
export const alarmSeries: Readonly<Record<string, AlarmSeries>> = {
  cpu: { over: busy(81), within: busy(79) },
  errors: {
    over: requests(11, 1000),
    within: requests(9, 1000),
    // One of three requests a minute are too few to judge.
    ignored: requests(1, 3),
  },
  slow: {
    over: durations("http_request_duration_seconds", 1, 94),
    within: durations("http_request_duration_seconds", 1, 96),
  },
  queue: {
    over: [gauge('waiting_jobs{app="worker",queue="mail"}', 101)],
    within: [gauge('waiting_jobs{app="worker",queue="mail"}', 100)],
    // Each copy counts the same jobs: they are not added up.
    ignored: ["1", "2"].map((pod) =>
      gauge(`waiting_jobs{app="worker",queue="mail",pod="${pod}"}`, 60),
    ),
  },
  "database-connections": { over: connections(161), within: connections(160) },
  "database-storage": { over: volume(9.9 * GB), within: volume(10 * GB), ignored: disk(14 * GB) },
  "cache-hit-rate": { over: reads(79, 100), within: reads(81, 100), ignored: reads(1, 10) },
  "upload-failures": { over: uploads(6), within: uploads(4) },
  "upload-duration": {
    over: durations("upload_duration_seconds", 5, 94),
    within: durations("upload_duration_seconds", 5, 96),
  },
  "machine-down": {
    over: [gauge('up{instance="a",job="machines"}', 0)],
    within: [gauge('up{instance="a",job="machines"}', 1)],
    ignored: [gauge('up{instance="a",job="machines"}', 1), gauge('up{instance="b",job="pods"}', 0)],
  },
  "disk-full": { over: disk(14), within: disk(16) },
  "memory-short": { over: memory(9), within: memory(11) },
  "database-down": { over: [gauge("pg_up", 0)], within: [gauge("pg_up", 1)] },
  "redis-down": { over: [gauge("redis_up", 0)], within: [gauge("redis_up", 1)] },
};
