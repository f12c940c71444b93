import { randomBytes } from "node:crypto";
import { AwsError, type Part, type Properties, type ResourceKind, type World } from "../world.ts";
import { given, number, tags, text, texts } from "../properties.ts";
import { describeActions } from "./ec2Describe.ts";

export interface Rule {
  readonly id: string;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidr?: string;
  readonly groupId?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  readonly description: string;
  tags: Readonly<Record<string, string>>;
  ingress: Rule[];
  egress: Rule[];
}

export interface Vpc {
  readonly id: string;
  readonly cidrBlock: string;
  readonly subnets: readonly { id: string; cidrBlock: string; availabilityZone: string }[];
}

export interface Ec2Network {
  readonly vpcs: readonly Vpc[];
  /** Throws `InvalidGroup.NotFound`. */
  group(id: string): SecurityGroup;
  subnet(id: string): Vpc["subnets"][number] | undefined;
}

/**
 * The network that lies there already, and the security groups over it.
 * @param onRules called after each change of a group or a rule
 */
export function createEc2(
  world: World,
  vpcs: readonly Vpc[],
  existing: readonly SecurityGroup[],
  onRules: () => Promise<void>,
): Part & { readonly network: Ec2Network } {
  const groups = new Map(existing.map((group) => [group.id, group]));
  const network: Ec2Network = {
    vpcs,
    group(id) {
      const group = groups.get(id);
      if (group) return group;
      throw new AwsError("InvalidGroup.NotFound", `The security group '${id}' does not exist`);
    },
    subnet: (id) => vpcs.flatMap(({ subnets }) => subnets).find((subnet) => subnet.id === id),
  };
  return {
    network,
    services: [
      {
        name: "ec2",
        actions: describeActions(groups, network.group, world),
      },
    ],
    kinds: [
      securityGroupKind(world, groups),
      ruleKind("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ingress", network),
      ruleKind("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "egress", network),
    ].map((kind) => announcing(kind, onRules)),
    functions: {
      "aws:ec2/getSecurityGroup:getSecurityGroup": async (args) => {
        const group = network.group(text(args, "id") ?? "");
        return { ...outputsOf(world, group), id: group.id, vpcId: group.vpcId };
      },
      "aws:ec2/getSubnet:getSubnet": async (args) => {
        const wanted = text(args, "id") ?? "";
        const vpc = vpcs.find(({ subnets }) => subnets.some(({ id }) => id === wanted));
        const subnet = network.subnet(wanted);
        if (vpc && subnet) return { ...subnet, vpcId: vpc.id };
        throw new AwsError("InvalidSubnetID.NotFound", `The subnet ID '${wanted}' does not exist`);
      },
      "aws:ec2/getVpc:getVpc": async (args) => {
        const wanted = text(args, "id") ?? "";
        const vpc = vpcs.find(({ id }) => id === wanted);
        if (!vpc) throw new AwsError("InvalidVpcID.NotFound", `The vpc '${wanted}' does not exist`);
        return {
          id: vpc.id,
          cidrBlock: vpc.cidrBlock,
          arn: world.account.arn("ec2", `vpc/${vpc.id}`),
        };
      },
    },
  };
}

/** The kind, each change of which is in force when it is answered. */
function announcing(kind: ResourceKind, onRules: () => Promise<void>): ResourceKind {
  const then = async <Answer>(change: Promise<Answer>): Promise<Answer> => {
    const answer = await change;
    await onRules();
    return answer;
  };
  return {
    ...kind,
    create: (inputs) => then(kind.create(inputs)),
    update: (id, inputs, state) => then(kind.update(id, inputs, state)),
    delete: (id, state) => then(kind.delete(id, state)),
  };
}

function securityGroupKind(world: World, groups: Map<string, SecurityGroup>): ResourceKind {
  return {
    type: "aws:ec2/securityGroup:SecurityGroup",
    replaceOn: ["name", "namePrefix", "description", "vpcId"],
    actions: { create: "ec2:CreateSecurityGroup", delete: "ec2:DeleteSecurityGroup" },
    async create(inputs) {
      const id = `sg-${randomBytes(8).toString("hex")}`;
      const group: SecurityGroup = {
        id,
        name: text(inputs, "name") ?? id,
        vpcId: text(inputs, "vpcId") ?? "",
        description: text(inputs, "description") ?? "Managed by Pulumi",
        tags: tags(inputs),
        ingress: inlineRules(inputs, "ingress"),
        egress: inlineRules(inputs, "egress"),
      };
      refuseNameTwice(groups, group);
      groups.set(id, group);
      return { id, outputs: { ...given(inputs), ...outputsOf(world, group) } };
    },
    async update(id, inputs) {
      const group = groups.get(id);
      if (!group)
        throw new AwsError("InvalidGroup.NotFound", `The security group '${id}' does not exist`);
      if (inputs["ingress"]) group.ingress = inlineRules(inputs, "ingress");
      if (inputs["egress"]) group.egress = inlineRules(inputs, "egress");
      group.tags = tags(inputs);
      return { ...given(inputs), ...outputsOf(world, group) };
    },
    async read(id, state) {
      const group = groups.get(id);
      if (!group) return undefined;
      const { name, vpcId, description } = group;
      const outputs = { ...state, ...outputsOf(world, group) };
      return { id, outputs, inputs: { name, vpcId, description } };
    },
    delete: async (id) => void groups.delete(id),
  };
}

/** A name is a group's own within its VPC. */
function refuseNameTwice(
  groups: ReadonlyMap<string, SecurityGroup>,
  { name, vpcId }: SecurityGroup,
): void {
  const taken = [...groups.values()].some((group) => group.name === name && group.vpcId === vpcId);
  if (!taken) return;
  const message = `The security group '${name}' already exists for VPC '${vpcId}'`;
  throw new AwsError("InvalidGroup.Duplicate", message);
}

/** A rule as a resource of its own, identified as the service does. */
function ruleKind(type: string, side: "ingress" | "egress", network: Ec2Network): ResourceKind {
  const put = (id: string, inputs: Properties) => {
    const group = network.group(text(inputs, "securityGroupId") ?? "");
    const rule: Rule = {
      id,
      protocol: text(inputs, "ipProtocol") ?? "-1",
      fromPort: number(inputs, "fromPort") ?? -1,
      toPort: number(inputs, "toPort") ?? -1,
      cidr: text(inputs, "cidrIpv4"),
      groupId: text(inputs, "referencedSecurityGroupId"),
      tags: tags(inputs),
    };
    const others = group[side].filter((each) => each.id !== id);
    refuseRuleTwice(others, rule);
    group[side] = [...others, rule];
    return { ...given(inputs), securityGroupRuleId: id, tagsAll: tags(inputs) };
  };
  const action = side === "ingress" ? "Ingress" : "Egress";
  return {
    type,
    replaceOn: ["securityGroupId"],
    actions: {
      create: `ec2:AuthorizeSecurityGroup${action}`,
      delete: `ec2:RevokeSecurityGroup${action}`,
    },
    async create(inputs) {
      const id = `sgr-${randomBytes(8).toString("hex")}`;
      return { id, outputs: put(id, inputs) };
    },
    update: async (id, inputs) => put(id, inputs),
    async read(id, state) {
      const group = text(state, "securityGroupId");
      const exists = group && network.group(group)[side].some((rule) => rule.id === id);
      return exists ? { id, outputs: state, inputs: state } : undefined;
    },
    async delete(id, state) {
      const group = network.group(text(state, "securityGroupId") ?? "");
      group[side] = group[side].filter((rule) => rule.id !== id);
    },
  };
}

function refuseRuleTwice(rules: readonly Rule[], rule: Rule): void {
  const meaning = ({ protocol, fromPort, toPort, cidr, groupId }: Rule) =>
    [protocol, fromPort, toPort, cidr, groupId].join(" ");
  if (!rules.some((each) => meaning(each) === meaning(rule))) return;
  const peer = `peer: ${rule.cidr ?? rule.groupId}, ${rule.protocol}`;
  const message = `the specified rule "${peer}, from port: ${rule.fromPort}, to port: ${rule.toPort}, ALLOW" already exists`;
  throw new AwsError("InvalidPermission.Duplicate", message);
}

/** Rules written in the group itself: one for each source they name. */
function inlineRules(inputs: Properties, side: string): Rule[] {
  const rules = (inputs[side] as readonly Properties[] | undefined) ?? [];
  return rules.flatMap((rule, index) => {
    const base = {
      protocol: text(rule, "protocol") ?? "-1",
      fromPort: number(rule, "fromPort") ?? 0,
      toPort: number(rule, "toPort") ?? 0,
    };
    const sources = [
      ...texts(rule, "cidrBlocks").map((cidr) => ({ cidr })),
      ...texts(rule, "securityGroups").map((groupId) => ({ groupId })),
    ];
    return sources.map((source, n) => ({ id: `${side}-${index}-${n}`, ...base, ...source }));
  });
}

function outputsOf(world: World, group: SecurityGroup) {
  return {
    arn: world.account.arn("ec2", `security-group/${group.id}`),
    name: group.name,
    description: group.description,
    ownerId: world.account.id,
    vpcId: group.vpcId,
    tagsAll: group.tags,
  };
}
