/** What can be built: the values of `godwit:target`. */
export const targets = [
  { name: "redis", title: "Encrypted ElastiCache replication group with key, token and alarms" },
  {
    name: "cdn",
    title: "Private bucket behind CloudFront, with certificate, writer role and alarms",
  },
] as const;
