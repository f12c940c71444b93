/** What an encrypted Redis gets unless it is told otherwise. */
export const redisDefaults = {
  /** Copies beside the primary. */
  replicas: 1,
  /** UTC, as ElastiCache writes windows. */
  maintenanceWindow: "sun:03:00-sun:04:00",
  snapshotWindow: "01:00-02:00",
  snapshotRetentionDays: 7,
  logRetentionDays: 30,
  recordTtl: 60,
  authUpdateStrategy: "ROTATE",
  /** Changes of the nodes wait for the maintenance window: a change of type or version fails over. */
  applyImmediately: false,
} as const;
