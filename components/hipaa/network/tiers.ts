import type * as pulumi from "@pulumi/pulumi";

/** From outside inwards; their order is that of their addresses. */
export const tiers = ["public", "application", "database", "cache"] as const;
export type Tier = (typeof tiers)[number];

/** Subnets of each tier, one a zone. */
export type SubnetIds = Readonly<Record<Tier, readonly pulumi.Output<string>[]>>;
