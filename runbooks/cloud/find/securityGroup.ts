import {
  DescribeSecurityGroupsCommand,
  EC2Client,
  paginateDescribeSecurityGroupRules,
  type SecurityGroupRule,
} from "@aws-sdk/client-ec2";
import { clientSettings } from "../../../automation/aws.ts";
import { carriesTags, type Env, type Finder, type Inputs } from "./finder.ts";

/** What the service says for the ports of a rule that is for all of them. */
const ANY_PORT = -1;

/** A group by its name, which it has for itself in its VPC. */
export async function securityGroupId(inputs: Inputs, env: Env): Promise<string | undefined> {
  const { name, vpcId } = inputs;
  if (typeof name !== "string" || typeof vpcId !== "string") return undefined;
  const Filters = [
    { Name: "group-name", Values: [name] },
    { Name: "vpc-id", Values: [vpcId] },
  ];
  const client = new EC2Client(clientSettings(env));
  const { SecurityGroups = [] } = await client.send(new DescribeSecurityGroupsCommand({ Filters }));
  // A name in a filter may hold wildcards.
  const found = SecurityGroups.find(
    ({ GroupName, Tags }) => GroupName === name && carriesTags(pairs(Tags), inputs),
  );
  return found?.GroupId;
}

/** A rule by its group, ports and peer: a group has one such rule at most. */
export const egressRuleId: Finder = (inputs, env) => ruleId(inputs, env, true);
export const ingressRuleId: Finder = (inputs, env) => ruleId(inputs, env, false);

async function ruleId(inputs: Inputs, env: Env, isEgress: boolean): Promise<string | undefined> {
  const groupId = inputs["securityGroupId"];
  if (typeof groupId !== "string") return undefined;
  const client = new EC2Client(clientSettings(env));
  const Filters = [{ Name: "group-id", Values: [groupId] }];
  for await (const page of paginateDescribeSecurityGroupRules({ client }, { Filters })) {
    const found = page.SecurityGroupRules?.find(
      (rule) =>
        rule.IsEgress === isEgress && allows(rule, inputs) && carriesTags(pairs(rule.Tags), inputs),
    );
    if (found) return found.SecurityGroupRuleId;
  }
  return undefined;
}

function allows(rule: SecurityGroupRule, inputs: Inputs): boolean {
  return (
    rule.IpProtocol === inputs["ipProtocol"] &&
    rule.FromPort === (inputs["fromPort"] ?? ANY_PORT) &&
    rule.ToPort === (inputs["toPort"] ?? ANY_PORT) &&
    rule.CidrIpv4 === inputs["cidrIpv4"] &&
    rule.CidrIpv6 === inputs["cidrIpv6"] &&
    rule.PrefixListId === inputs["prefixListId"] &&
    rule.ReferencedGroupInfo?.GroupId === inputs["referencedSecurityGroupId"]
  );
}

const pairs = (tags: SecurityGroupRule["Tags"] = []) =>
  tags.map(({ Key, Value }) => [Key, Value] as const);
