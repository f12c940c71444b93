import type * as pulumi from "@pulumi/pulumi";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import { REDIS_PORT } from "../../redis/engine.ts";
import { APPLICATION_PORT, HTTP_PORT, HTTPS_PORT, POSTGRES_PORT } from "../ports.ts";
import { named } from "../whole.ts";
import type { HipaaWhole } from "../whole.ts";

const EVERYWHERE = "0.0.0.0/0";

export const groups = ["balancer", "application", "database", "cache"] as const;
export type Group = (typeof groups)[number];

interface Rule {
  readonly in: Group;
  readonly side: "ingress" | "egress";
  readonly port: number;
  /** A group, or everywhere. */
  readonly other: Group | "everywhere";
  readonly why: string;
}

/** All that may talk to each other. Administrators come by Session Manager, which needs no way in. */
export const matrix: readonly Rule[] = [
  { in: "balancer", side: "ingress", port: HTTPS_PORT, other: "everywhere", why: "Users" },
  {
    in: "balancer",
    side: "ingress",
    port: HTTP_PORT,
    other: "everywhere",
    why: "Sent on to HTTPS",
  },
  {
    in: "balancer",
    side: "egress",
    port: APPLICATION_PORT,
    other: "application",
    why: "Instances",
  },
  {
    in: "application",
    side: "ingress",
    port: APPLICATION_PORT,
    other: "balancer",
    why: "Balancer",
  },
  { in: "application", side: "egress", port: POSTGRES_PORT, other: "database", why: "Database" },
  { in: "application", side: "egress", port: REDIS_PORT, other: "cache", why: "Cache" },
  {
    in: "application",
    side: "egress",
    port: HTTPS_PORT,
    other: "everywhere",
    why: "AWS, Auth0, packages",
  },
  { in: "database", side: "ingress", port: POSTGRES_PORT, other: "application", why: "Instances" },
  { in: "cache", side: "ingress", port: REDIS_PORT, other: "application", why: "Instances" },
];

export type GroupIds = Readonly<Record<Group, pulumi.Output<string>>>;

/** Creates the groups, then their rules, which name each other. */
export function createSecurityGroups(whole: HipaaWhole, vpcId: pulumi.Input<string>): GroupIds {
  const [balancer, application, database, cache] = groups.map((id) =>
    createGroup(whole, vpcId, id),
  );
  const ids = {
    balancer: balancer!,
    application: application!,
    database: database!,
    cache: cache!,
  };
  for (const rule of matrix) createRule(whole, ids, rule);
  return ids;
}

function createGroup(whole: HipaaWhole, vpcId: pulumi.Input<string>, id: Group) {
  const { name, parent, app } = whole;
  return new SecurityGroup(
    `${name}-${id}-group`,
    {
      name: `${app}-${id}`,
      description: `${app}: ${id}`,
      vpcId,
      tags: named(whole, id),
    },
    { parent },
  ).id;
}

function createRule({ name, parent, tags }: HipaaWhole, ids: GroupIds, rule: Rule): void {
  const { side, port, other, why } = rule;
  const peer =
    other === "everywhere" ? { cidrIpv4: EVERYWHERE } : { referencedSecurityGroupId: ids[other] };
  const Rule = side === "ingress" ? SecurityGroupIngressRule : SecurityGroupEgressRule;
  new Rule(
    `${name}-${rule.in}-${side}-${port}`,
    {
      securityGroupId: ids[rule.in],
      description: why,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      ...peer,
      tags,
    },
    { parent },
  );
}
