import * as pulumi from "@pulumi/pulumi";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { SubnetGroup } from "@pulumi/aws/elasticache/subnetGroup.js";
import type { NetworkArgs } from "./args.ts";
import { REDIS_PORT } from "./engine.ts";
import { groupIdOf } from "./whole.ts";
import type { Whole } from "./whole.ts";

export interface RedisNetwork {
  readonly subnetGroupName: pulumi.Output<string>;
  readonly securityGroupIds: pulumi.Output<string[]>;
}

/** Creates the subnet group and the security group, or takes the existing ones. */
export function resolveNetwork(whole: Whole, args: NetworkArgs): RedisNetwork {
  return {
    subnetGroupName: resolveSubnetGroup(whole, args),
    securityGroupIds: resolveSecurityGroups(whole, args),
  };
}

function resolveSubnetGroup(whole: Whole, { subnetGroup }: NetworkArgs): pulumi.Output<string> {
  if (subnetGroup.existing !== undefined) return pulumi.output(subnetGroup.existing);
  return new SubnetGroup(
    `${whole.name}-subnets`,
    {
      name: groupIdOf(whole),
      description: `Subnets of the encrypted Redis of ${whole.app}`,
      subnetIds: subnetGroup.create.subnetIds,
      tags: whole.tags,
    },
    { parent: whole.parent },
  ).name;
}

function resolveSecurityGroups(whole: Whole, args: NetworkArgs): pulumi.Output<string[]> {
  const { securityGroup } = args;
  if (securityGroup.existing !== undefined) return pulumi.output(securityGroup.existing);
  if (args.vpcId === undefined) {
    throw new Error("`network.vpcId` must be provided: the security group is created in that VPC.");
  }
  const group = new SecurityGroup(
    `${whole.name}-security-group`,
    {
      name: groupIdOf(whole),
      description: `Who may connect to the encrypted Redis of ${whole.app}`,
      vpcId: args.vpcId,
      // Rules inside the group, not beside it: a rule that someone adds by hand is taken away by the next update.
      ingress: [
        {
          description: "Redis over TLS",
          protocol: "tcp",
          fromPort: REDIS_PORT,
          toPort: REDIS_PORT,
          securityGroups: securityGroup.create.allowFrom,
        },
      ],
      tags: { ...whole.tags, Name: groupIdOf(whole) },
    },
    { parent: whole.parent },
  );
  return pulumi.output([group.id]);
}
