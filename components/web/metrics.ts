import type * as pulumi from "@pulumi/pulumi";
import type { Metric } from "../alarms.ts";

/** The namespace of what the machine tells about itself. */
export const METRICS_NAMESPACE = "Godwit/Web";

/** Where what outlives the machine is: database file, releases, certificate. */
export const DATA_PATH = "/srv/web";

/** Figures of the machine that EC2 itself has. */
export function machineMetric(instanceId: pulumi.Input<string>, name: string): Metric {
  const dimensions = { InstanceId: instanceId };
  return { namespace: "AWS/EC2", name, statistic: "Maximum", dimensions };
}

/** How full the data volume is, in percent; sent by the CloudWatch agent, and the same when the machine is replaced. */
export function diskMetric(app: string): Metric {
  return agentMetric("disk_used_percent", { Application: app, path: DATA_PATH, fstype: "xfs" });
}

/** How much memory is taken, in percent; sent as `diskMetric` is. */
export function memoryMetric(app: string): Metric {
  return agentMetric("mem_used_percent", { Application: app });
}

function agentMetric(name: string, dimensions: Metric["dimensions"]): Metric {
  return { namespace: METRICS_NAMESPACE, name, statistic: "Maximum", dimensions };
}

/** A distribution's figures; in us-east-1. */
export function edgeMetric(
  distributionId: pulumi.Input<string>,
  name: string,
  statistic: Metric["statistic"],
): Metric {
  const dimensions = { DistributionId: distributionId, Region: "Global" };
  return { namespace: "AWS/CloudFront", name, statistic, dimensions };
}

/** 1 while a health check finds what it looks for; in us-east-1. */
export function healthMetric(healthCheckId: pulumi.Input<string>): Metric {
  const dimensions = { HealthCheckId: healthCheckId };
  return {
    namespace: "AWS/Route53",
    name: "HealthCheckStatus",
    statistic: "Minimum",
    dimensions,
  };
}
