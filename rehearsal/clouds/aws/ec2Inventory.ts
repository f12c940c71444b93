import type { Part } from "../world.ts";

/** What an account has before anything is built in it: the network that each comes with. */
export function createEc2Inventory(): Part {
  return {
    services: [
      {
        name: "ec2",
        actions: {
          DescribeVpcs: async () => ({
            vpcSet: [{ vpcId: "vpc-0default", cidrBlock: "172.31.0.0/16", isDefault: true }],
          }),
          DescribeAddresses: async () => ({ addressesSet: [] }),
          DescribeNatGateways: async () => ({ natGatewaySet: [] }),
          DescribeInstances: async () => ({ reservationSet: [] }),
        },
      },
    ],
  };
}
