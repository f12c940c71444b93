import type { FindExisting } from "../../automation/stack/repair.ts";
import type { Env, Finder, Inputs } from "./find/finder.ts";
import { instanceId } from "./find/instance.ts";
import { keyId } from "./find/key.ts";
import { listenerArn, loadBalancerArn, targetGroupArn } from "./find/loadBalancer.ts";
import { secretArn } from "./find/secret.ts";
import { egressRuleId, ingressRuleId, securityGroupId } from "./find/securityGroup.ts";

const given =
  (name: string): Finder =>
  async (inputs: Inputs) =>
    inputs[name] as string | undefined;

/** Where the id is made of inputs, the refresh that follows finds out whether such a resource exists. */
const finders: Readonly<Record<string, Finder>> = {
  "aws:elasticache/replicationGroup:ReplicationGroup": given("replicationGroupId"),
  "aws:elasticache/subnetGroup:SubnetGroup": given("name"),
  "aws:elasticache/parameterGroup:ParameterGroup": given("name"),
  "aws:cloudwatch/logGroup:LogGroup": given("name"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": given("name"),
  "aws:kms/alias:Alias": given("name"),
  "aws:iam/role:Role": given("name"),
  "aws:iam/instanceProfile:InstanceProfile": given("name"),
  "aws:iam/rolePolicy:RolePolicy": async ({ role, name }) => `${String(role)}:${String(name)}`,
  "aws:secretsmanager/secret:Secret": secretArn,
  "aws:kms/key:Key": keyId,
  "aws:ec2/securityGroup:SecurityGroup": securityGroupId,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ingressRuleId,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": egressRuleId,
  "aws:ec2/instance:Instance": instanceId,
  "aws:lb/loadBalancer:LoadBalancer": loadBalancerArn,
  "aws:lb/targetGroup:TargetGroup": targetGroupArn,
  "aws:lb/listener:Listener": listenerArn,
};

/** Tells what a killed update may have created without recording it. Types that are not listed are created again. */
export function findExisting(env: Env): FindExisting {
  return async ({ type, inputs }) => await finders[type]?.(inputs, env);
}
