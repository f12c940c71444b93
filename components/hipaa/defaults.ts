/** What the target `hipaa` gets unless it is told otherwise. */
export const hipaaDefaults = {
  cidr: "10.0.0.0/16",
  /** Services whose traffic stays inside the network, each at about 16 $ a month in two zones. */
  endpoints: ["secretsmanager", "kms"],
  instanceType: "t3.medium",
  minimum: 2,
  maximum: 6,
  volumeGiB: 30,
  nodeVersion: "22.12.0",
  /** By HTTPS, since instances may go out on 443 only; packages are signed by Ubuntu whoever serves them. */
  packageMirror: "https://mirrors.edge.kernel.org/ubuntu",
  /** The third Sunday of a month has the most weeks between Amazon's patch days; UTC. */
  patchSchedule: "cron(0 6 ? * SUN#3 *)",
  instanceClass: "db.t3.medium",
  storageGiB: 100,
  maximumStorageGiB: 500,
  postgresVersion: "16",
  maxConnections: 400,
  /** Days; the HIPAA rule for caches asks for 15. */
  backupRetentionDays: 15,
  /** UTC, as RDS writes windows. */
  databaseMaintenance: "sun:04:00-sun:05:00",
  databaseBackupWindow: "02:00-03:00",
  nodeType: "cache.t3.medium",
  replicas: 1,
  redisVersion: "7.1",
  /** Days for which logs and the audit trail are kept. */
  logDays: 90,
  budget: 700,
} as const;
