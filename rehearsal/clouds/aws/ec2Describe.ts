import type { Action, World } from "../world.ts";
import { passes, tagSet, type Filter } from "./ec2Filters.ts";
import type { Rule, SecurityGroup } from "./ec2.ts";

interface DescribeGroups {
  readonly GroupId?: readonly string[];
  readonly Filter?: readonly Filter[];
}

interface DescribeRules {
  readonly SecurityGroupRuleId?: readonly string[];
  readonly Filter?: readonly Filter[];
}

/** The actions that look at security groups and their rules. */
export function describeActions(
  groups: ReadonlyMap<string, SecurityGroup>,
  find: (id: string) => SecurityGroup,
  world: Pick<World, "account">,
): Readonly<Record<string, Action>> {
  return {
    DescribeSecurityGroups: async ({ GroupId, Filter }: DescribeGroups) => ({
      securityGroupInfo: (GroupId?.map(find) ?? [...groups.values()])
        .filter(({ id, name, vpcId, tags }) =>
          passes(Filter, { "group-id": id, "group-name": name, "vpc-id": vpcId }, tags),
        )
        .map((group) => groupAnswer(group, world.account.id)),
    }),
    DescribeSecurityGroupRules: async ({ SecurityGroupRuleId, Filter }: DescribeRules) => ({
      securityGroupRuleSet: [...groups.values()]
        .flatMap((group) => rulesOf(group))
        .filter(({ rule }) => SecurityGroupRuleId?.includes(rule.id) ?? true)
        .filter(({ rule, groupId }) =>
          passes(Filter, { "group-id": groupId, "security-group-rule-id": rule.id }, tagsOf(rule)),
        )
        .map((each) => ruleAnswer(each, world.account.id)),
    }),
  };
}

interface PlacedRule {
  readonly rule: Rule;
  readonly groupId: string;
  readonly isEgress: boolean;
}

function rulesOf({ id, ingress, egress }: SecurityGroup): PlacedRule[] {
  const place = (isEgress: boolean) => (rule: Rule) => ({ rule, groupId: id, isEgress });
  return [...ingress.map(place(false)), ...egress.map(place(true))];
}

function ruleAnswer({ rule, groupId, isEgress }: PlacedRule, account: string) {
  return {
    securityGroupRuleId: rule.id,
    groupId,
    groupOwnerId: account,
    isEgress,
    ipProtocol: rule.protocol,
    fromPort: rule.fromPort,
    toPort: rule.toPort,
    cidrIpv4: rule.cidr,
    referencedGroupInfo: rule.groupId && { groupId: rule.groupId, userId: account },
    tagSet: tagSet(tagsOf(rule)),
  };
}

function groupAnswer(group: SecurityGroup, account: string) {
  const permissions = (rules: readonly Rule[]) =>
    rules.map(({ protocol, fromPort, toPort, cidr, groupId }) => ({
      ipProtocol: protocol,
      fromPort,
      toPort,
      groups: groupId ? [{ groupId, userId: account }] : [],
      ipRanges: cidr ? [{ cidrIp: cidr }] : [],
    }));
  return {
    ownerId: account,
    groupId: group.id,
    groupName: group.name,
    groupDescription: group.description,
    vpcId: group.vpcId,
    ipPermissions: permissions(group.ingress),
    ipPermissionsEgress: permissions(group.egress),
    tagSet: tagSet(group.tags),
  };
}

const tagsOf = ({ tags = {} }: Rule) => tags;
