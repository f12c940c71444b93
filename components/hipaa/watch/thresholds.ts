/** When an alarm goes off. */
export interface HipaaThresholds {
  /** CPU of the instances together, in percent, over 5 minutes. */
  readonly cpuPercent: number;
  /** Connections to the database, in percent of what it lets in. */
  readonly connectionsPercent: number;
  /** Storage of the database that is left, in GB. */
  readonly freeStorageGB: number;
  /** Requests answered with 5xx, by the balancer or an instance, in percent. Only judged with at least `ERRORS_MIN_REQUESTS` in 5 minutes. */
  readonly errorPercent: number;
  /** Jobs that wait in the queue. */
  readonly waitingJobs: number;
  /** Reads of the cache that found their key, in percent; the alarm is one of the cache's own. */
  readonly hitRatePercent: number;
}

/** The requirement's numbers. */
export const hipaaAlarmDefaults: HipaaThresholds = {
  cpuPercent: 80,
  connectionsPercent: 80,
  freeStorageGB: 10,
  errorPercent: 1,
  waitingJobs: 100,
  hitRatePercent: 80,
};
