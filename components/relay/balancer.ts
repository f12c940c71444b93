import * as pulumi from "@pulumi/pulumi";
import { Listener } from "@pulumi/aws/lb/listener.js";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import type { Tags } from "../tags.ts";
import { relayPorts } from "./defaults.ts";

/** The longest that the service allows; the relays' keepalives, one a minute, hold a connection open beyond it. */
const IDLE_SECONDS = 6000;
/** Within this time a relay that is taken out gets no new clients and keeps those it has. */
const DEREGISTRATION_SECONDS = 10;

export interface BalancerParts {
  /** Name of the component; starts every part's name. */
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly cloudName: string;
  readonly tags: Tags;
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: pulumi.Input<string>;
  /** Where clients connect, and where the relays take them from it. */
  readonly port: number;
}

export interface Balancer {
  readonly host: pulumi.Output<string>;
  readonly targetGroupArn: pulumi.Output<string>;
}

/** Creates the network load balancer that clients find the relays by: internal, in both zones, relays still missing. */
export function createBalancer(parts: BalancerParts): Balancer {
  const { name, parent, cloudName, tags, port } = parts;
  const balancer = new LoadBalancer(
    `${name}-balancer`,
    {
      name: cloudName,
      loadBalancerType: "network",
      internal: true,
      ipAddressType: "ipv4",
      subnets: [...parts.subnetIds],
      securityGroups: [parts.securityGroupId],
      // One relay is enough, in whichever zone it is.
      enableCrossZoneLoadBalancing: true,
      enableDeletionProtection: false,
      tags,
    },
    { parent },
  );
  const targets = createTargetGroup(parts);
  new Listener(
    `${name}-listener`,
    {
      loadBalancerArn: balancer.arn,
      port,
      protocol: "TCP",
      tcpIdleTimeoutSeconds: IDLE_SECONDS,
      defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
      tags,
    },
    { parent },
  );
  return { host: balancer.dnsName, targetGroupArn: targets.arn };
}

function createTargetGroup({ name, parent, cloudName, tags, port, vpcId }: BalancerParts) {
  return new TargetGroup(
    `${name}-targets`,
    {
      name: cloudName,
      targetType: "instance",
      protocol: "TCP",
      port,
      vpcId,
      preserveClientIp: "true",
      // A client on a relay that is gone or silent is cut off, so that it connects again and gets the other one.
      deregistrationDelay: DEREGISTRATION_SECONDS,
      connectionTermination: true,
      targetHealthStates: [{ enableUnhealthyConnectionTermination: true }],
      healthCheck: {
        protocol: "HTTP",
        port: String(relayPorts.health),
        path: "/healthz",
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
      tags,
    },
    { parent },
  );
}
