import type { Policy } from "../../servers/firewall.ts";
import type { Ec2Network, Rule, SecurityGroup } from "./ec2.ts";

const EVERY_PROTOCOL = "-1";

/**
 * The rules of security groups: a connection passes when a rule of the caller's groups lets it out and a rule of the
 * server's groups lets it in. A group that no longer exists allows nothing.
 */
export function securityGroupPolicy(network: Ec2Network): Policy {
  return (fromIds, toIds, port) => {
    const [from, to] = [fromIds, toIds].map((ids) => ids.flatMap((id) => found(network, id)));
    const passes = (rules: readonly Rule[], others: readonly SecurityGroup[]) =>
      rules.some((rule) => covers(rule, port) && names(network, rule, others));
    return (
      from!.some(({ egress }) => passes(egress, to!)) &&
      to!.some(({ ingress }) => passes(ingress, from!))
    );
  };
}

function found(network: Ec2Network, id: string): SecurityGroup[] {
  try {
    return [network.group(id)];
  } catch {
    return [];
  }
}

function covers({ protocol, fromPort, toPort }: Rule, port: number): boolean {
  if (protocol === EVERY_PROTOCOL) return true;
  return protocol === "tcp" && fromPort <= port && port <= toPort;
}

/** By group, or by a range that holds the whole VPC of the other side: its machines have no addresses of that range here. */
function names(network: Ec2Network, rule: Rule, others: readonly SecurityGroup[]): boolean {
  const { groupId, cidr } = rule;
  if (groupId !== undefined) return others.some(({ id }) => id === groupId);
  if (cidr === undefined) return false;
  const blocks = others.map(({ vpcId }) => network.vpcs.find(({ id }) => id === vpcId)?.cidrBlock);
  return blocks.some((block) => block !== undefined && holds(cidr, block));
}

/** Whether the range `outer` holds all of `inner`, both as `10.20.0.0/16`. */
function holds(outer: string, inner: string): boolean {
  const [a, b] = [rangeOf(outer), rangeOf(inner)];
  return a.bits <= b.bits && prefix(a.address, a.bits) === prefix(b.address, a.bits);
}

function rangeOf(cidr: string): { address: number; bits: number } {
  const [address = "", bits = "32"] = cidr.split("/");
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { address: value, bits: Number(bits) };
}

const prefix = (address: number, bits: number) => Math.floor(address / 2 ** (32 - bits));
