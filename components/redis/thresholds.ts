/** When an alarm goes off. */
export interface AlarmThresholds {
  /** CPU of a node, in percent, averaged over 5 minutes. At this point the next larger node type is due. */
  readonly cpuPercent: number;
  /** CPU of the one thread that runs commands, in percent, averaged over 5 minutes. */
  readonly engineCpuPercent: number;
  /** Share of `maxmemory` in use, in percent. Above it, evictions or refused writes are near. */
  readonly memoryPercent: number;
  /** Keys evicted within 5 minutes. Any eviction loses data of sessions and queues. */
  readonly evictions: number;
  /** Open client connections; a leak of connections shows here first. */
  readonly connections: number;
  /** Seconds by which a replica is behind: what a failover would lose. */
  readonly replicationLagSeconds: number;
  /** Reads that found their key, in percent. Only judged with at least `HIT_RATE_MIN_READS` reads in 5 minutes. */
  readonly hitRatePercent: number;
}

export const alarmDefaults: AlarmThresholds = {
  cpuPercent: 70,
  engineCpuPercent: 80,
  memoryPercent: 80,
  evictions: 0,
  connections: 1000,
  replicationLagSeconds: 5,
  hitRatePercent: 50,
};

/** Fewer reads than this in 5 minutes say nothing about the hit rate. */
export const HIT_RATE_MIN_READS = 100;
