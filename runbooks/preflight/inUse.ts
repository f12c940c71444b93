import {
  DescribeAddressesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
  paginateDescribeInstances,
  paginateDescribeNatGateways,
  type Instance,
  type Tag,
} from "@aws-sdk/client-ec2";
import type { ClientSettings } from "../../automation/aws.ts";
import { isOwn, type Owner } from "./owner.ts";

/** What a region has that is not the target's own, so that an update of what stands already is never refused for it. */
export interface InUse {
  readonly vpcs: number;
  /** Elastic IP addresses. */
  readonly addresses: number;
  readonly natGatewaysOfFullestZone: number;
  /** Virtual processors of running instances of the standard families. */
  readonly cpus: number;
}

export async function inUseByOthers(settings: ClientSettings, owner: Owner): Promise<InUse> {
  const client = new EC2Client(settings);
  const others = <Each extends { Tags?: Tag[] }>(list: readonly Each[] | undefined) =>
    (list ?? []).filter(({ Tags = [] }) => !isOwn(Tags, owner));
  const [vpcs, addresses, gateways, instances] = await Promise.all([
    client.send(new DescribeVpcsCommand({})),
    client.send(new DescribeAddressesCommand({})),
    natGateways(client),
    running(client),
  ]);
  return {
    vpcs: others(vpcs.Vpcs).length,
    addresses: others(addresses.Addresses).length,
    natGatewaysOfFullestZone: await mostInAZone(
      client,
      others(gateways).flatMap(({ SubnetId }) => SubnetId ?? []),
    ),
    cpus: others(instances)
      .filter(isStandard)
      .reduce((sum, each) => sum + cpusOf(each), 0),
  };
}

async function natGateways(client: EC2Client) {
  const Filter = [{ Name: "state", Values: ["pending", "available"] }];
  const found = [];
  for await (const page of paginateDescribeNatGateways({ client }, { Filter })) {
    found.push(...(page.NatGateways ?? []));
  }
  return found;
}

async function running(client: EC2Client): Promise<Instance[]> {
  const Filters = [{ Name: "instance-state-name", Values: ["pending", "running"] }];
  const found = [];
  for await (const page of paginateDescribeInstances({ client }, { Filters })) {
    found.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances));
  }
  return found;
}

/** A gateway tells its subnet, and the subnet its zone. */
async function mostInAZone(client: EC2Client, subnetIds: readonly string[]): Promise<number> {
  if (subnetIds.length === 0) return 0;
  const { Subnets = [] } = await client.send(
    new DescribeSubnetsCommand({ SubnetIds: [...new Set(subnetIds)] }),
  );
  const zoneOf = (id: string) =>
    Subnets.find(({ SubnetId }) => SubnetId === id)?.AvailabilityZone ?? id;
  const zones = subnetIds.map(zoneOf);
  return Math.max(...zones.map((zone) => zones.filter((other) => other === zone).length));
}

/** Families that share one quota. */
function isStandard({ InstanceType }: Instance): boolean {
  return /^[acdhimrtz]\d/.test(InstanceType ?? "");
}

function cpusOf({ CpuOptions, InstanceType }: Instance): number {
  const { CoreCount, ThreadsPerCore } = CpuOptions ?? {};
  if (CoreCount === undefined || ThreadsPerCore === undefined)
    return virtualCpus(InstanceType ?? "");
  return CoreCount * ThreadsPerCore;
}

/** Virtual processors of an instance type of today's families: two up to `large`, four a `xlarge`. */
export function virtualCpus(instanceType: string): number {
  const [, times] = /\.(\d*)xlarge$/.exec(instanceType) ?? [];
  if (times === undefined) return 2;
  return 4 * Number(times || 1);
}
