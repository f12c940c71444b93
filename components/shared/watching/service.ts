import type { AlarmSpec } from "../../alarms.ts";

/** What is known of a service that runs somewhere; `Query` is how the system that watches is asked for it. */
export interface ServiceFigures<Query> {
  /** Requests answered with an error of the server, in percent of all, over 5 minutes; none while they are too few. */
  readonly failedPercent: Query;
  /** Time that 95 % of the requests stay under, in seconds, over 5 minutes. */
  readonly slowestSeconds: Query;
  /** CPU of the machines, in percent, over 5 minutes. */
  readonly cpuPercent: Query;
  /** Jobs that wait in queues. */
  readonly waitingJobs: Query;
  /** Connections to the database, in percent of what it lets in. */
  readonly connectionsPercent: Query;
  /** Storage that the database has left, in bytes. */
  readonly freeStorageBytes: Query;
  /** Reads of the cache that found their key, in percent of all, over 5 minutes; none while they are too few. */
  readonly cacheHitPercent: Query;
}

/** When an alarm of a service goes off. */
export interface ServiceLimits {
  readonly failedPercent: number;
  readonly slowestSeconds: number;
  readonly cpuPercent: number;
  readonly waitingJobs: number;
  readonly connectionsPercent: number;
  readonly freeStorageGB: number;
  readonly cacheHitPercent: number;
}

export const serviceLimits: ServiceLimits = {
  failedPercent: 1,
  slowestSeconds: 1,
  cpuPercent: 80,
  waitingJobs: 100,
  connectionsPercent: 80,
  freeStorageGB: 10,
  cacheHitPercent: 80,
};

/** With fewer requests than this in 5 minutes, one error would be an alarm. */
export const ERRORS_MIN_REQUESTS = 20;

/** Fewer reads of the cache than this in 5 minutes say nothing about its hit rate. */
export const CACHE_MIN_READS = 100;

const FIVE_MINUTES = 300;
const GB = 1_000_000_000;

/** The alarms of a service: those whose figure somebody measures. */
export function serviceAlarms<Query>(
  figures: Partial<ServiceFigures<Query>>,
  limits: ServiceLimits = serviceLimits,
): AlarmSpec<Query>[] {
  const alarms = [...applicationAlarms(figures, limits), ...dataAlarms(figures, limits)];
  return alarms.flatMap(({ observed, ...alarm }) =>
    observed === undefined ? [] : [{ ...alarm, observed }],
  );
}

type Figures<Query> = Partial<ServiceFigures<Query>>;
type Perhaps<Query> = AlarmSpec<Query | undefined>[];

function applicationAlarms<Query>(figures: Figures<Query>, limits: ServiceLimits): Perhaps<Query> {
  return [
    {
      id: "cpu",
      meaning: "The machines are busy. Are they enough, or does one request do too much?",
      observed: figures.cpuPercent,
      is: "above",
      threshold: limits.cpuPercent,
      ...lasting(1),
      severity: "ticket",
    },
    {
      id: "errors",
      meaning:
        "Users get errors. Those of the application are in its log; others mean that nothing of it answered. Since which deployment?",
      observed: figures.failedPercent,
      is: "above",
      threshold: limits.failedPercent,
      ...lasting(1),
    },
    {
      id: "slow",
      meaning:
        "One request in twenty takes longer than it should. Look at the database first, then at CPU.",
      observed: figures.slowestSeconds,
      is: "above",
      threshold: limits.slowestSeconds,
      ...lasting(2),
      severity: "ticket",
    },
    {
      id: "queue",
      meaning:
        "Jobs wait. Are workers running, and does the log say that jobs fail and are tried again?",
      observed: figures.waitingJobs,
      is: "above",
      threshold: limits.waitingJobs,
      ...lasting(1),
    },
  ];
}

function dataAlarms<Query>(figures: Figures<Query>, limits: ServiceLimits): Perhaps<Query> {
  return [
    {
      id: "database-connections",
      meaning:
        "The database is running out of connections. Does a pool not give them back, or does more of the application run than pools were made for?",
      observed: figures.connectionsPercent,
      is: "above",
      threshold: limits.connectionsPercent,
      ...lasting(1),
    },
    {
      id: "database-storage",
      meaning:
        "The database's storage is nearly used up. At its limit the database stops: raise it. Does a replication slot, or an archive that fails, keep the log?",
      observed: figures.freeStorageBytes,
      is: "below",
      threshold: limits.freeStorageGB * GB,
      ...lasting(1),
    },
    {
      id: "cache-hit-rate",
      meaning:
        "Few reads of the cache find their key. After a move: is data missing? Otherwise: do keys expire too early?",
      observed: figures.cacheHitPercent,
      is: "below",
      threshold: limits.cacheHitPercent,
      ...lasting(2),
      severity: "ticket",
    },
  ];
}

function lasting(periods: number) {
  return { periodSeconds: FIVE_MINUTES, periods };
}
