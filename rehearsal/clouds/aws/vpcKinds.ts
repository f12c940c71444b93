import { randomBytes } from "node:crypto";
import { text } from "../properties.ts";
import { AwsError, type Part, type Properties, type World } from "../world.ts";
import { keptKind, type Kept } from "./keptKind.ts";

export interface Vpcs extends Part {
  /** The zone of a subnet; throws what EC2 answers for one that there is not. */
  zoneOf(subnetId: string): string;
}

/** Networks that a stack makes: ranges are checked as the service does, and nothing runs in them. */
export function createVpcs({ account }: World): Vpcs {
  const arn = (resource: string) => account.arn("ec2", resource);
  const vpcs = vpcKind(arn);
  const subnets = subnetKind(vpcs, arn);
  const subnetOf = (id: string) => {
    const subnet = subnets.resources.get(id);
    if (subnet) return { ...subnet, id };
    throw new AwsError("InvalidSubnetID.NotFound", `The subnet ID '${id}' does not exist`);
  };
  return {
    kinds: [vpcs.kind, subnets.kind],
    functions: {
      "aws:ec2/getSubnet:getSubnet": async (args) => subnetOf(text(args, "id") ?? ""),
      "aws:index/getAvailabilityZones:getAvailabilityZones": async () => ({
        id: account.region,
        names: ["a", "b", "c"].map((zone) => account.region + zone),
        zoneIds: ["az1", "az2", "az3"],
        groupNames: [account.region],
      }),
    },
    zoneOf: (id) => text(subnetOf(id), "availabilityZone") ?? "",
  };
}

function vpcKind(arn: (resource: string) => string): Kept {
  return keptKind({
    type: "aws:ec2/vpc:Vpc",
    replaceOn: ["cidrBlock", "instanceTenancy"],
    actions: { create: "ec2:CreateVpc", delete: "ec2:DeleteVpc" },
    make(inputs) {
      const cidr = text(inputs, "cidrBlock") ?? "";
      const { bits } = rangeOf(cidr);
      if (bits < 16 || bits > 28) {
        throw new AwsError("InvalidVpc.Range", `The CIDR '${cidr}' is invalid.`);
      }
      const id = newId("vpc");
      return {
        id,
        outputs: {
          arn: arn(`vpc/${id}`),
          defaultSecurityGroupId: newId("sg"),
          defaultNetworkAclId: newId("acl"),
          defaultRouteTableId: newId("rtb"),
          mainRouteTableId: newId("rtb"),
          dhcpOptionsId: newId("dopt"),
        },
      };
    },
  });
}

function subnetKind(vpcs: Kept, arn: (resource: string) => string): Kept {
  const kept: Kept = keptKind({
    type: "aws:ec2/subnet:Subnet",
    replaceOn: ["cidrBlock", "availabilityZone", "vpcId"],
    actions: { create: "ec2:CreateSubnet", delete: "ec2:DeleteSubnet" },
    make(inputs) {
      refuseRange(vpcs, [...kept.resources.values()], inputs);
      const id = newId("subnet");
      return { id, outputs: { arn: arn(`subnet/${id}`), availableIpAddressCount: 0 } };
    },
  });
  return kept;
}

function refuseRange(vpcs: Kept, others: readonly Properties[], inputs: Properties): void {
  const vpcId = text(inputs, "vpcId") ?? "";
  const cidr = text(inputs, "cidrBlock") ?? "";
  const vpc = vpcs.resources.get(vpcId);
  if (!vpc) throw new AwsError("InvalidVpcID.NotFound", `The vpc ID '${vpcId}' does not exist`);
  const whole = text(vpc, "cidrBlock") ?? "";
  if (rangeOf(cidr).bits < rangeOf(whole).bits || !overlap(cidr, whole)) {
    throw new AwsError("InvalidSubnet.Range", `The CIDR '${cidr}' is invalid.`);
  }
  const taken = others.some(
    (other) => other["vpcId"] === vpcId && overlap(cidr, text(other, "cidrBlock") ?? ""),
  );
  if (taken) {
    const message = `The CIDR '${cidr}' conflicts with another subnet`;
    throw new AwsError("InvalidSubnet.Conflict", message);
  }
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  const size = 2 ** (32 - Math.min(a.bits, b.bits));
  return Math.floor(a.address / size) === Math.floor(b.address / size);
}

function rangeOf(cidr: string): { readonly address: number; readonly bits: number } {
  const [address = "", bits = "32"] = cidr.split("/");
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { address: value, bits: Number(bits) };
}

const newId = (kind: string) => `${kind}-${randomBytes(8).toString("hex")}`;
