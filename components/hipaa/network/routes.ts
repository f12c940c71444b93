import type { Output } from "@pulumi/pulumi";
import { Eip } from "@pulumi/aws/ec2/eip.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import type { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { named } from "../whole.ts";
import type { HipaaWhole } from "../whole.ts";
import type { CreatedVpc } from "./vpc.ts";

const EVERYWHERE = "0.0.0.0/0";

/** What routes there are: tables that an S3 endpoint is put into, and the addresses that the application calls from. */
export interface Routes {
  readonly privateTableIds: readonly Output<string>[];
  readonly natAddresses: readonly Output<string>[];
}

/**
 * The public tier goes out by the internet gateway, the application's by a NAT gateway of its own zone, so that a zone
 * that fails takes no other with it. Databases and caches have no way out.
 */
export function createRoutes(
  whole: HipaaWhole,
  created: CreatedVpc,
  zones: readonly string[],
): Routes {
  const { name, parent } = whole;
  const { subnets, gateway } = created;
  const open = createTable(whole, created, "public", subnets.public);
  new Route(
    `${name}-public-out`,
    { routeTableId: open.id, destinationCidrBlock: EVERYWHERE, gatewayId: gateway.id },
    { parent },
  );
  const ways = zones.map((zone, index) => createWayOut(whole, created, zone.slice(-1), index));
  const data = createTable(whole, created, "data", [...subnets.database, ...subnets.cache]);
  return {
    privateTableIds: [...ways.map(({ table }) => table.id), data.id],
    natAddresses: ways.map(({ address }) => address.publicIp),
  };
}

/** A zone's NAT gateway, and the table of its application subnet. */
function createWayOut(whole: HipaaWhole, created: CreatedVpc, letter: string, index: number) {
  const { name, parent } = whole;
  const address = new Eip(
    `${name}-nat-${letter}-address`,
    { domain: "vpc", tags: named(whole, `nat-${letter}`) },
    { parent, dependsOn: created.gateway },
  );
  const nat = new NatGateway(
    `${name}-nat-${letter}`,
    {
      subnetId: created.subnets.public[index]!.id,
      allocationId: address.id,
      tags: named(whole, `nat-${letter}`),
    },
    { parent },
  );
  const own = [created.subnets.application[index]!];
  const table = createTable(whole, created, `application-${letter}`, own);
  new Route(
    `${name}-application-${letter}-out`,
    { routeTableId: table.id, destinationCidrBlock: EVERYWHERE, natGatewayId: nat.id },
    { parent },
  );
  return { table, address };
}

function createTable(
  whole: HipaaWhole,
  { vpc }: CreatedVpc,
  id: string,
  subnets: readonly Subnet[],
): RouteTable {
  const { name, parent } = whole;
  const table = new RouteTable(
    `${name}-${id}-routes`,
    { vpcId: vpc.id, tags: named(whole, id) },
    { parent },
  );
  subnets.forEach((subnet, index) => {
    new RouteTableAssociation(
      `${name}-${id}-routes-${index + 1}`,
      { routeTableId: table.id, subnetId: subnet.id },
      { parent },
    );
  });
  return table;
}
