import type { Plan, Resource } from "../plan.ts";
import { input, listOf, UNKNOWN } from "../plan.ts";
import type { Rule, Verdict } from "../rule.ts";
import { packed, truth, when } from "../rule.ts";

const VPC = "aws:ec2/vpc:Vpc";
const DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";

/** The network itself. */
export const network: readonly Rule[] = [
  packed({
    id: "VPCDefaultSecurityGroupClosed",
    holds: "the security group that everything gets by default lets nothing in or out",
    remedy: "Declare the network's DefaultSecurityGroup without rules.",
    hipaa: "164.312(e)(1)",
    config: "vpc-default-security-group-closed",
    prowler: "ec2_securitygroup_default_restrict_traffic",
    types: [VPC],
    judge: defaultGroupClosed,
  }),
  packed({
    id: "VPCFlowLogsEnabled",
    holds: "who talks to whom is logged",
    remedy: "Declare a FlowLog of the network.",
    hipaa: "164.308(a)(3)(ii)(A)",
    config: "vpc-flow-logs-enabled",
    prowler: "vpc_flow_logs_enabled",
    types: [VPC],
    judge: (vpc, plan) => {
      const logs = plan.beside(vpc, "aws:ec2/flowLog:FlowLog", "vpcId");
      return when(logs === UNKNOWN ? UNKNOWN : logs.length > 0, "has no flow log");
    },
  }),
  packed({
    id: "VPCNoUnrestrictedRouteToIGW",
    holds: "no route leads to the internet gateway from everywhere",
    remedy: "Send traffic out by NAT; the subnets of balancers and NAT need a waiver.",
    hipaa: "164.312(e)(1)",
    config: "no-unrestricted-route-to-igw",
    types: ["aws:ec2/route:Route", "aws:ec2/routeTable:RouteTable"],
    judge: routesToGateway,
  }),
  packed({
    id: "VPCSubnetAutoAssignPublicIpDisabled",
    holds: "a subnet gives no public addresses by itself",
    remedy: "Set mapPublicIpOnLaunch to false.",
    hipaa: "164.308(a)(3)(i)",
    config: "subnet-auto-assign-public-ip-disabled",
    prowler: "vpc_subnet_no_public_ip_by_default",
    types: ["aws:ec2/subnet:Subnet"],
    judge: (subnet) => {
      const gives = truth(input(subnet, "mapPublicIpOnLaunch"));
      return when(gives === UNKNOWN ? UNKNOWN : !gives, "gives public addresses by itself");
    },
  }),
];

function defaultGroupClosed(vpc: Resource, plan: Plan): Verdict {
  const groups = plan.beside(vpc, DEFAULT_GROUP, "vpcId");
  if (groups === UNKNOWN) {
    // Which network each is of is not known yet; none of them may be open.
    return plan.of(DEFAULT_GROUP).every(isClosed) ? "undecided" : when(false, OPEN);
  }
  return when(groups.length > 0 && groups.every(isClosed), OPEN);
}

const OPEN = "has a default security group with rules";

function isClosed(group: Resource): boolean {
  return ["ingress", "egress"].every((way) => listOf(input(group, way)).length === 0);
}

function routesToGateway(resource: Resource): Verdict {
  const routes =
    resource.type === "aws:ec2/route:Route"
      ? [resource.inputs]
      : listOf(input(resource, "routes")).map((route) => route as Resource["inputs"]);
  const open = routes.some(
    (inputs) => leadsEverywhere({ inputs }) && toInternetGateway(input({ inputs }, "gatewayId")),
  );
  return when(!open, "leads everything to the internet gateway");
}

function leadsEverywhere(route: Pick<Resource, "inputs">): boolean {
  const to = ["destinationCidrBlock", "destinationIpv6CidrBlock", "cidrBlock", "ipv6CidrBlock"];
  return to.some((name) => String(input(route, name)).endsWith("/0"));
}

/** A gateway not known yet counts: nothing else than one to the internet is declared together with its route. */
function toInternetGateway(gatewayId: unknown): boolean {
  if (gatewayId === UNKNOWN) return true;
  return typeof gatewayId === "string" && !/^(local$|vgw-|$)/.test(gatewayId);
}
