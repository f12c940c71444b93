/** What can be built: the values of `godwit:target`, and the twin's world in which a rehearsal builds it. */
export const targets = [
  {
    name: "redis",
    title: "Encrypted ElastiCache replication group with key, token and alarms",
    world: "redis-encryption",
  },
  {
    name: "cdn",
    title: "Private bucket behind CloudFront, with certificate, writer role and alarms",
    world: "cdn",
  },
  {
    name: "web",
    title: "Single page behind CloudFront, API on one machine, attachments bucket, mail and alarms",
    world: "web",
  },
  {
    name: "hetzner",
    title: "K3s on Hetzner with Postgres, Redis and monitoring, storage and names at Cloudflare",
    world: "hetzner",
  },
  {
    name: "hipaa",
    title: "Network, balancer, instances, PostgreSQL, Redis and audit for health data, in Canada",
    world: "hipaa",
  },
] as const;
