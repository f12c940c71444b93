/** When an alarm goes off. That of the cache's hit rate is one of the cache's own. */
export const hipaaThresholds = {
  /** CPU of the instances together, in percent, over 5 minutes. */
  cpuPercent: 80,
  /** Connections to the database, in percent of what it lets in. */
  connectionsPercent: 80,
  /** Storage of the database that is left, in GB. */
  freeStorageGB: 10,
  /** Requests answered with 5xx, by the balancer or an instance, in percent of all. */
  errorPercent: 1,
  /** Jobs that wait in the queue. */
  waitingJobs: 100,
  /** Reads of the cache that found their key, in percent. */
  hitRatePercent: 80,
} as const;

/** With fewer requests than this in 5 minutes, one error would be an alarm. */
export const ERRORS_MIN_REQUESTS = 20;
