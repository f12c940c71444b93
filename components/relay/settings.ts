import { z } from "zod";
import { securityGroupId, subnetId } from "../config/awsIds.ts";
import { whole } from "../config/fields.ts";
import { instanceType, packageSource } from "../machine/settings.ts";
import { relayDefaults } from "./defaults.ts";

/** Settings of the relays between clients and servers: `godwit:relay`. */
export const relaySchema = z.strictObject({
  subnetIds: z
    .array(subnetId)
    .length(2, "must name two subnets, in two zones")
    .refine(
      (ids) => new Set(ids).size === ids.length,
      "must name two different subnets, in two zones",
    )
    .meta({ example: ["subnet-0a1b2c3d4e5f60718", "subnet-0b2c3d4e5f6071829"] }),
  allowFrom: z
    .array(securityGroupId)
    .min(1, "must name at least one security group that may connect"),
  instanceType: instanceType(relayDefaults.instanceType),
  package: packageSource,
  maxClients: whole(1, 20_000, 10_000).default(relayDefaults.maxClients),
});

export type RelaySettings = z.output<typeof relaySchema>;
