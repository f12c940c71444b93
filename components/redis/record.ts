import type * as pulumi from "@pulumi/pulumi";
import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import type { RecordArgs } from "./args.ts";
import { redisDefaults } from "./defaults.ts";
import type { Whole } from "./whole.ts";

export interface RecordTarget {
  readonly host: pulumi.Input<string>;
  /** Whether the name led there before us, and must go on leading there when we are gone. */
  readonly original: boolean;
}

/** Points the application's private name at whichever side serves in the present stage. */
export function createRecord(whole: Whole, args: RecordArgs, target: RecordTarget): DnsRecord {
  return new DnsRecord(
    `${whole.name}-record`,
    {
      zoneId: args.zoneId,
      name: args.name,
      type: "CNAME",
      ttl: args.ttl ?? redisDefaults.recordTtl,
      records: [target.host],
      // The name exists already where applications use it.
      allowOverwrite: true,
    },
    { parent: whole.parent, protect: whole.protect, retainOnDelete: target.original },
  );
}
