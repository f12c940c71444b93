import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { named } from "../whole.ts";
import type { HipaaWhole } from "../whole.ts";
import { subnetRange } from "./cidr.ts";
import { tiers } from "./tiers.ts";
import type { Tier } from "./tiers.ts";

export interface CreatedVpc {
  readonly vpc: Vpc;
  readonly gateway: InternetGateway;
  /** One a zone, in the zones' order. */
  readonly subnets: Readonly<Record<Tier, readonly Subnet[]>>;
}

/** Creates the network, its way to the internet, and four tiers of subnets in each zone. */
export function createVpc(
  whole: HipaaWhole,
  { cidr, zones }: { readonly cidr: string; readonly zones: readonly string[] },
): CreatedVpc {
  const { name, parent, protect } = whole;
  const vpc = new Vpc(
    `${name}-vpc`,
    {
      cidrBlock: cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: named(whole, "network"),
    },
    { parent, protect },
  );
  // What nobody has given a group of its own may talk to nobody.
  new DefaultSecurityGroup(
    `${name}-default-group`,
    { vpcId: vpc.id, ingress: [], egress: [], tags: named(whole, "closed") },
    { parent },
  );
  const gateway = new InternetGateway(
    `${name}-gateway`,
    { vpcId: vpc.id, tags: named(whole, "gateway") },
    { parent },
  );
  const subnetsOf = (tier: Tier, place: number) =>
    zones.map((zone, index) => createSubnet(whole, vpc, { tier, place, zone, index, cidr }));
  const [open, application, database, cache] = tiers.map(subnetsOf);
  return {
    vpc,
    gateway,
    subnets: { public: open!, application: application!, database: database!, cache: cache! },
  };
}

interface Place {
  readonly tier: Tier;
  readonly place: number;
  readonly zone: string;
  readonly index: number;
  readonly cidr: string;
}

function createSubnet(whole: HipaaWhole, vpc: Vpc, { tier, place, zone, index, cidr }: Place) {
  const id = `${tier}-${zone.slice(-1)}`;
  return new Subnet(
    `${whole.name}-${id}`,
    {
      vpcId: vpc.id,
      cidrBlock: subnetRange(cidr, place, index),
      availabilityZone: zone,
      // The balancer and the NAT gateways bring their own addresses.
      mapPublicIpOnLaunch: false,
      tags: { ...named(whole, id), tier },
    },
    { parent: whole.parent, protect: whole.protect },
  );
}
