import * as pulumi from "@pulumi/pulumi";
import { getSubnetOutput } from "@pulumi/aws/ec2/getSubnet.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { getAvailabilityZonesOutput } from "@pulumi/aws/getAvailabilityZones.js";
import { halvesOf } from "./cidr.ts";
import type { CheckedArgs } from "./check.ts";
import { webNameOf } from "./whole.ts";
import type { WebWhole } from "./whole.ts";

/** Where the machine stands, and the database beside it. */
export interface WebNetwork {
  readonly vpcId: pulumi.Output<string>;
  /** The machine is in the first one. */
  readonly subnetIds: pulumi.Output<string>[];
  /** Of the first subnet. */
  readonly zone: pulumi.Output<string>;
  /** What must exist before a machine has a way out. */
  readonly wayOut: pulumi.Resource[];
}

export function resolveNetwork(whole: WebWhole, { network }: CheckedArgs): WebNetwork {
  if (network.create !== undefined) return createNetwork(whole, network.create.cidr);
  const { subnetIds } = network.existing;
  const first = getSubnetOutput({ id: subnetIds[0]! }, { parent: whole.parent });
  return {
    vpcId: first.vpcId,
    subnetIds: subnetIds.map((id) => pulumi.output(id)),
    zone: first.availabilityZone,
    wayOut: [],
  };
}

/** A network of two public subnets in two zones. What is in it is closed by security groups. */
function createNetwork(whole: WebWhole, cidr: string): WebNetwork {
  const { name, parent, tags } = whole;
  const named = { ...tags, Name: webNameOf(whole) };
  const vpc = new Vpc(
    `${name}-vpc`,
    { cidrBlock: cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: named },
    { parent },
  );
  const gateway = new InternetGateway(
    `${name}-gateway`,
    { vpcId: vpc.id, tags: named },
    { parent },
  );
  const routes = new RouteTable(
    `${name}-routes`,
    { vpcId: vpc.id, routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }], tags: named },
    { parent },
  );
  const placed = halvesOf(cidr).map((half, index) =>
    createSubnet(whole, { number: index + 1, vpc, routes, cidr: half, zone: zoneAt(whole, index) }),
  );
  return {
    vpcId: vpc.id,
    subnetIds: placed.map(({ subnet }) => subnet.id),
    zone: placed[0]!.subnet.availabilityZone,
    wayOut: placed.map(({ routed }) => routed),
  };
}

interface SubnetParts {
  readonly number: number;
  readonly vpc: Vpc;
  readonly routes: RouteTable;
  readonly cidr: string;
  readonly zone: pulumi.Output<string>;
}

function createSubnet(whole: WebWhole, { number, vpc, routes, cidr, zone }: SubnetParts) {
  const { name, parent, tags } = whole;
  const subnet = new Subnet(
    `${name}-subnet-${number}`,
    {
      vpcId: vpc.id,
      cidrBlock: cidr,
      availabilityZone: zone,
      mapPublicIpOnLaunch: false,
      tags: { ...tags, Name: `${webNameOf(whole)}-${number}` },
    },
    // A zone more in the region must not move what stands.
    { parent, ignoreChanges: ["availabilityZone"] },
  );
  const routed = new RouteTableAssociation(
    `${name}-subnet-${number}-routes`,
    { subnetId: subnet.id, routeTableId: routes.id },
    { parent },
  );
  return { subnet, routed };
}

/** A zone of the region proper; others have no machines of the usual types. */
function zoneAt({ parent }: WebWhole, index: number): pulumi.Output<string> {
  const proper = { name: "opt-in-status", values: ["opt-in-not-required"] };
  const zones = getAvailabilityZonesOutput({ state: "available", filters: [proper] }, { parent });
  return zones.names.apply((names) => [...names].sort()[index]!);
}
