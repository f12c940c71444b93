import * as pulumi from "@pulumi/pulumi";
import type { Metric } from "../../alarms.ts";
import { INSTANCE_NAMESPACE } from "../compute/agentConfig.ts";
import { QUEUE_NAMESPACE } from "./namespaces.ts";

/** What is watched, as metrics name it. */
export interface Watched {
  readonly app: string;
  readonly groupName: pulumi.Input<string>;
  readonly balancerId: pulumi.Input<string>;
  readonly targetGroupId: pulumi.Input<string>;
  readonly databaseId: pulumi.Input<string>;
  readonly cacheGroupId: pulumi.Input<string>;
}

/** A figure of one thing that is watched, by name. */
type NamedMetric = (name: string, statistic: Metric["statistic"]) => Metric;

/** Figures of each part. */
export interface Metrics {
  /** Of the instances together, as EC2 measures them. */
  readonly instances: NamedMetric;
  /** Of the instances together, as their agents measure them. */
  readonly agents: NamedMetric;
  readonly balancer: NamedMetric;
  readonly targets: NamedMetric;
  readonly database: NamedMetric;
  /** Of the cache's primary and its first replica. */
  readonly cache: readonly NamedMetric[];
  readonly queue: NamedMetric;
}

export function metricsOf(watched: Watched): Metrics {
  const { app, groupName, balancerId, targetGroupId, databaseId, cacheGroupId } = watched;
  const group = { AutoScalingGroupName: groupName };
  return {
    instances: inNamespace("AWS/EC2", group),
    agents: inNamespace(INSTANCE_NAMESPACE, group),
    balancer: inNamespace("AWS/ApplicationELB", { LoadBalancer: balancerId }),
    targets: inNamespace("AWS/ApplicationELB", {
      TargetGroup: targetGroupId,
      LoadBalancer: balancerId,
    }),
    database: inNamespace("AWS/RDS", { DBInstanceIdentifier: databaseId }),
    cache: ["001", "002"].map((suffix) =>
      inNamespace("AWS/ElastiCache", { CacheClusterId: nodeOf(cacheGroupId, suffix) }),
    ),
    queue: inNamespace(QUEUE_NAMESPACE, { Application: app }),
  };
}

function inNamespace(namespace: string, dimensions: Metric["dimensions"]): NamedMetric {
  return (name, statistic) => ({ namespace, name, statistic, dimensions });
}

function nodeOf(groupId: pulumi.Input<string>, suffix: string): pulumi.Output<string> {
  return pulumi.interpolate`${groupId}-${suffix}`;
}
