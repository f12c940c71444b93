import type * as pulumi from "@pulumi/pulumi";
import { Listener } from "@pulumi/aws/lb/listener.js";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import type { HipaaBuckets } from "../data/hipaaBuckets.ts";
import { BALANCER_PREFIX } from "../data/logWriters.ts";
import { APPLICATION_PORT, HEALTH_PATH, HTTP_PORT, HTTPS_PORT } from "../ports.ts";
import { named } from "../whole.ts";
import type { HipaaWhole } from "../whole.ts";

/** TLS 1.2 and 1.3, forward secrecy only. */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";
/** How long an instance that goes may finish its requests. */
const DRAIN_SECONDS = 60;

export interface BalancerParts {
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  readonly certificateArn: pulumi.Input<string>;
  readonly buckets: Pick<HipaaBuckets, "logs" | "logPolicy">;
  readonly deletionProtection: boolean;
}

export interface Balancer {
  readonly balancer: LoadBalancer;
  readonly targets: TargetGroup;
  readonly listener: Listener;
}

/** Takes HTTPS in and hands it on by HTTPS; plain HTTP is sent there. */
export function createBalancer(whole: HipaaWhole, parts: BalancerParts): Balancer {
  const { name, parent, app } = whole;
  const balancer = new LoadBalancer(
    `${name}-balancer`,
    {
      name: app,
      loadBalancerType: "application",
      internal: false,
      subnets: [...parts.subnetIds],
      securityGroups: [parts.securityGroupId],
      dropInvalidHeaderFields: true,
      enableDeletionProtection: parts.deletionProtection,
      accessLogs: {
        enabled: true,
        bucket: parts.buckets.logs.bucket.bucket,
        prefix: BALANCER_PREFIX,
      },
      tags: named(whole, "balancer"),
    },
    { parent, dependsOn: parts.buckets.logPolicy, protect: whole.protect },
  );
  const targets = createTargets(whole, parts.vpcId);
  const listener = new Listener(
    `${name}-https`,
    {
      loadBalancerArn: balancer.arn,
      port: HTTPS_PORT,
      protocol: "HTTPS",
      sslPolicy: TLS_POLICY,
      certificateArn: parts.certificateArn,
      defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
      tags: whole.tags,
    },
    { parent },
  );
  new Listener(
    `${name}-http`,
    {
      loadBalancerArn: balancer.arn,
      port: HTTP_PORT,
      protocol: "HTTP",
      defaultActions: [
        {
          type: "redirect",
          redirect: { port: String(HTTPS_PORT), protocol: "HTTPS", statusCode: "HTTP_301" },
        },
      ],
      tags: whole.tags,
    },
    { parent },
  );
  return { balancer, targets, listener };
}

/** The instances' own certificates are not verified by the balancer: they are for the wire inside the network. */
function createTargets(whole: HipaaWhole, vpcId: pulumi.Input<string>): TargetGroup {
  return new TargetGroup(
    `${whole.name}-targets`,
    {
      name: whole.app,
      vpcId,
      port: APPLICATION_PORT,
      protocol: "HTTPS",
      targetType: "instance",
      deregistrationDelay: DRAIN_SECONDS,
      healthCheck: {
        path: HEALTH_PATH,
        protocol: "HTTPS",
        matcher: "200",
        interval: 15,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      tags: named(whole, "instances"),
    },
    { parent: whole.parent },
  );
}
