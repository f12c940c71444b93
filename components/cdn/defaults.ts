/** What an asset CDN gets unless it is told otherwise. */
export const cdnDefaults = {
  /** North America and Europe. */
  priceClass: "PriceClass_100",
  /** Days for which a file that was replaced or deleted can be had back. */
  oldVersionDays: 30,
  /** Days for which the archive of the old files is kept. */
  archiveDays: 365,
  /** Days for which access logs are kept; they hold the addresses of viewers. */
  logDays: 90,
} as const;
