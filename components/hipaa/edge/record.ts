import type * as pulumi from "@pulumi/pulumi";
import type { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import type { HipaaWhole } from "../whole.ts";

/** Leads the name to the balancer, and away from it when no zone of it is healthy. */
export function pointRecord(
  { name, parent, protect }: HipaaWhole,
  domain: { readonly name: string; readonly zoneId: pulumi.Input<string> },
  balancer: LoadBalancer,
): void {
  new DnsRecord(
    `${name}-record`,
    {
      zoneId: domain.zoneId,
      name: domain.name,
      type: "A",
      aliases: [{ name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: true }],
      // Until the cutover the name is the old server's; its record is taken over.
      allowOverwrite: true,
    },
    { parent, protect },
  );
}
