import type { LoadBalancer } from "@pulumi/hcloud/loadBalancer.js";
import { DnsRecord } from "@pulumi/cloudflare/dnsRecord.js";
import type { HetznerArgs } from "./args.ts";
import type { ClusterWhole } from "./whole.ts";

const TTL_SECONDS = 60;

/** Leads the workloads' names to the load balancer, not through Cloudflare: encryption ends in the cluster. */
export function pointRecords(
  { name, parent, protect }: ClusterWhole,
  { workloads, cloudflare: { zone } }: Pick<HetznerArgs, "workloads" | "cloudflare">,
  { ipv4, ipv6 }: Pick<LoadBalancer, "ipv4" | "ipv6">,
): void {
  for (const workload of workloads) {
    if (workload.host === undefined) continue;
    for (const [type, content] of [
      ["A", ipv4],
      ["AAAA", ipv6],
    ] as const) {
      new DnsRecord(
        `${name}-record-${workload.name}-${type.toLowerCase()}`,
        {
          zoneId: zone.id,
          name: workload.host,
          type,
          content,
          ttl: TTL_SECONDS,
          proxied: false,
        },
        { parent, protect },
      );
    }
  }
}
