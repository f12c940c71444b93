import type { Resource, Unknown } from "./plan.ts";
import { input, listOf, textsOf, UNKNOWN } from "./plan.ts";

export const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";

/** Types that let traffic in. */
export const INGRESS_TYPES = [
  SECURITY_GROUP,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:ec2/securityGroupRule:SecurityGroupRule",
];

/** One way in: a range of ports, and who may use it. */
export interface Ingress {
  readonly fromPort: number;
  readonly toPort: number;
  /** Ranges of addresses, of both families. */
  readonly cidrs: readonly string[] | Unknown;
  /** Security groups by id. */
  readonly groups: readonly string[] | Unknown;
}

/** What a security group or a rule beside one lets in; UNKNOWN where only the update will tell. */
export function ingressOf(resource: Resource): readonly Ingress[] | Unknown {
  if (resource.type === SECURITY_GROUP) {
    const rules = input(resource, "ingress");
    if (rules === UNKNOWN) return UNKNOWN;
    return listOf(rules).map((rule) => ingress(rule as Resource["inputs"]));
  }
  return input(resource, "type") === "egress" ? [] : [ingress(resource.inputs)];
}

function ingress(rule: Resource["inputs"]): Ingress {
  const read = (name: string) => input({ inputs: rule }, name);
  const all = (...names: string[]) =>
    textsOf(names.flatMap((name) => (read(name) === UNKNOWN ? [UNKNOWN] : listOf(read(name)))));
  const everyPort = /^(-1|all)$/.test(String(read("protocol") ?? read("ipProtocol")));
  return {
    fromPort: everyPort ? 0 : Number(read("fromPort")),
    toPort: everyPort ? 65_535 : Number(read("toPort")),
    cidrs: all("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6"),
    groups: all("securityGroups", "referencedSecurityGroupId", "sourceSecurityGroupId"),
  };
}

export function admits({ fromPort, toPort }: Ingress, port: number): boolean {
  return fromPort <= port && port <= toPort;
}

/** Whether it is open to all addresses of a family. */
export function isWorldwide({ cidrs }: Ingress): boolean | Unknown {
  return cidrs === UNKNOWN ? UNKNOWN : cidrs.some((cidr) => cidr.endsWith("/0"));
}
