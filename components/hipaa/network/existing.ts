import * as pulumi from "@pulumi/pulumi";
import { getSubnetOutput } from "@pulumi/aws/ec2/getSubnet.js";
import type { HipaaWhole } from "../whole.ts";
import type { ExistingNetwork } from "./args.ts";
import { tiers } from "./tiers.ts";
import type { SubnetIds, Tier } from "./tiers.ts";

const MIN_ZONES = 2;

/** The subnets of an existing network, once it was seen that they are in it, and each tier in two zones. */
export function verifySubnets(whole: HipaaWhole, existing: ExistingNetwork): SubnetIds {
  const [open, application, database, cache] = tiers.map((tier) =>
    verifyTier(whole, existing, tier),
  );
  return { public: open!, application: application!, database: database!, cache: cache! };
}

function verifyTier(
  { parent }: HipaaWhole,
  existing: ExistingNetwork,
  tier: Tier,
): pulumi.Output<string>[] {
  const ids = existing[`${tier}SubnetIds`];
  const found = pulumi.all(ids.map((id) => getSubnetOutput({ id }, { parent })));
  const seen = found.apply((subnets) => {
    const strangers = subnets.filter(({ vpcId }) => vpcId !== existing.vpcId).map(({ id }) => id);
    if (strangers.length > 0) {
      throw new Error(
        `\`network.existing.${tier}SubnetIds\` names ${strangers.join(", ")}, which is not in ${existing.vpcId}. Nothing in them was changed.`,
      );
    }
    if (new Set(subnets.map(({ availabilityZone }) => availabilityZone)).size < MIN_ZONES) {
      throw new Error(
        `\`network.existing.${tier}SubnetIds\` are all in one zone; name subnets in two, so that one may fail. Nothing in them was changed.`,
      );
    }
    return ids;
  });
  return ids.map((_, index) => seen.apply((all) => all[index]!));
}
