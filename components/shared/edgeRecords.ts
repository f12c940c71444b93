import type * as pulumi from "@pulumi/pulumi";
import type { Distribution } from "@pulumi/aws/cloudfront/distribution.js";
import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import type { Whole } from "./whole.ts";

/** Leads the name to the distribution, over IPv4 and IPv6. */
export function pointRecords(
  { name, parent, protect }: Pick<Whole, "name" | "parent"> & { readonly protect: boolean },
  domain: string,
  zoneId: pulumi.Input<string>,
  distribution: Distribution,
): void {
  for (const type of ["A", "AAAA"] as const) {
    new DnsRecord(
      `${name}-record-${type.toLowerCase()}`,
      {
        zoneId,
        name: domain,
        type,
        aliases: [
          {
            name: distribution.domainName,
            zoneId: distribution.hostedZoneId,
            evaluateTargetHealth: false,
          },
        ],
      },
      { parent, protect },
    );
  }
}
