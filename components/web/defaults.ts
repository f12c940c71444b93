/** What a web application gets unless it is told otherwise. */
export const webDefaults = {
  /** North America and Europe. */
  priceClass: "PriceClass_100",
  /** Of the network that is made for it. */
  cidr: "10.40.0.0/24",
  instanceType: "t3.micro",
  /** GiB of the machine's own volume: the system, Node, nginx. */
  systemGiB: 8,
  /** GiB of the volume that outlives the machine: database, releases, certificate. */
  dataGiB: 5,
  /** Of the application, behind nginx. */
  port: 5000,
  /** What PM2 starts, within a release. */
  script: "dist/app.js",
  healthPath: "/health",
  /** Days for which an attachment that was replaced or deleted can be had back. */
  oldVersionDays: 30,
  /** Days after which an attachment moves to storage that costs less and a reading more. */
  coldAfterDays: 180,
  /** Mail in the domain's name that fails DKIM and SPF is kept from people, not refused. */
  dmarc: "quarantine",
  /** Days for which backups of the database file are kept. */
  backupDays: 30,
  /** Days for which the application's logs are kept. */
  logDays: 30,
  database: { instanceClass: "db.t4g.micro", storageGiB: 20, backupRetentionDays: 7 },
} as const;
