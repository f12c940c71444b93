import { AwsError, type Action } from "../../world.ts";
import {
  balancerOf,
  balancersOf,
  groupOf,
  listenerOf,
  type Listener,
  type LoadBalancer,
  type LoadBalancingAccount,
  type RegisteredTarget,
  type TargetGroup,
} from "./model.ts";

interface ByArnOrName {
  readonly LoadBalancerArns?: readonly string[];
  readonly TargetGroupArns?: readonly string[];
  readonly ListenerArns?: readonly string[];
  readonly Names?: readonly string[];
  readonly LoadBalancerArn?: string;
}

/** The actions that look at load balancers. */
export function describeActions(account: LoadBalancingAccount): Readonly<Record<string, Action>> {
  const { balancers, groups, listeners } = account;
  return {
    DescribeLoadBalancers: async ({ LoadBalancerArns: arns, Names }: ByArnOrName) => ({
      LoadBalancers: (
        arns?.map((arn) => balancerOf(account, arn)) ??
        named([...balancers.values()], Names, "LoadBalancerNotFound")
      ).map(balancerAnswer),
    }),
    DescribeTargetGroups: async ({ TargetGroupArns: arns, Names, ...by }: ByArnOrName) => ({
      TargetGroups: (
        arns?.map((arn) => groupOf(account, arn)) ??
        named([...groups.values()], Names, "TargetGroupNotFound")
      )
        .map((group) => groupAnswer(account, group))
        .filter(({ LoadBalancerArns: of }) =>
          by.LoadBalancerArn === undefined ? true : of.includes(by.LoadBalancerArn),
        ),
    }),
    DescribeListeners: async ({ ListenerArns: arns, LoadBalancerArn: of }: ByArnOrName) => ({
      Listeners: (
        arns?.map((arn) => listenerOf(account, arn)) ??
        [...listeners.values()].filter(({ loadBalancerArn }) => loadBalancerArn === of)
      ).map(listenerAnswer),
    }),
    DescribeTargetHealth: async ({ TargetGroupArn = "" }: { TargetGroupArn?: string }) => {
      const group = groupOf(account, TargetGroupArn);
      return {
        TargetHealthDescriptions: group.targets.map((target) =>
          healthAnswer(account, group, target),
        ),
      };
    },
    DescribeTags: async ({ ResourceArns = [] }: { ResourceArns?: readonly string[] }) => ({
      TagDescriptions: ResourceArns.map((ResourceArn) => ({
        ResourceArn,
        Tags: tagList(tagsOf(account, ResourceArn)),
      })),
    }),
  };
}

function named<Each extends { readonly name: string }>(
  all: readonly Each[],
  names: readonly string[] | undefined,
  code: string,
): readonly Each[] {
  if (names === undefined) return all;
  return names.map((wanted) => {
    const found = all.find(({ name }) => name === wanted);
    if (found) return found;
    throw new AwsError(code, `One or more of '${names.join("', '")}' not found`);
  });
}

function balancerAnswer(balancer: LoadBalancer) {
  return {
    LoadBalancerArn: balancer.arn,
    LoadBalancerName: balancer.name,
    DNSName: balancer.dnsName,
    CreatedTime: balancer.createdAt,
    Scheme: "internal",
    Type: "network",
    State: { Code: "active" },
    VpcId: balancer.vpcId,
    IpAddressType: "ipv4",
    SecurityGroups: balancer.securityGroups,
    AvailabilityZones: balancer.fronts.map(({ zone, subnetId }) => ({
      ZoneName: zone,
      SubnetId: subnetId,
    })),
  };
}

function groupAnswer(account: LoadBalancingAccount, group: TargetGroup) {
  const { healthCheck } = group.settings;
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: "TCP",
    Port: group.port,
    VpcId: group.vpcId,
    TargetType: "instance",
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: healthCheck.port,
    HealthCheckPath: healthCheck.protocol === "HTTP" ? healthCheck.path : undefined,
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: healthCheck.interval,
    HealthCheckTimeoutSeconds: healthCheck.timeout,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    LoadBalancerArns: balancersOf(account, group.arn).map(({ arn }) => arn),
  };
}

function listenerAnswer({ arn, loadBalancerArn, port, groupArn }: Listener) {
  return {
    ListenerArn: arn,
    LoadBalancerArn: loadBalancerArn,
    Port: port,
    Protocol: "TCP",
    DefaultActions: [{ Type: "forward", TargetGroupArn: groupArn }],
  };
}

function healthAnswer(account: LoadBalancingAccount, group: TargetGroup, target: RegisteredTarget) {
  const [balancer] = balancersOf(account, group.arn);
  const known = balancer?.process.health(group.arn, target.id);
  const there = account.options.machine(target.id) !== undefined;
  const state = there ? (known ?? (balancer ? "initial" : "unused")) : "unused";
  const { port } = group.settings.healthCheck;
  return {
    Target: { Id: target.id, Port: target.port },
    HealthCheckPort: port === "traffic-port" ? String(target.port) : port,
    TargetHealth: { State: state, ...reasonOf(state) },
  };
}

function reasonOf(state: string) {
  if (state === "initial") return { Reason: "Elb.InitialHealthChecking" };
  if (state === "unhealthy") return { Reason: "Target.FailedHealthChecks" };
  return state === "unused" ? { Reason: "Target.NotInUse" } : {};
}

function tagsOf(account: LoadBalancingAccount, arn: string): Readonly<Record<string, string>> {
  const { balancers, groups, listeners } = account;
  const resource = balancers.get(arn) ?? groups.get(arn)?.settings ?? listeners.get(arn);
  if (resource) return resource.tags;
  throw new AwsError("LoadBalancerNotFound", `'${arn}' not found`);
}

const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
