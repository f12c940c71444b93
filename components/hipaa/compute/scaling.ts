import type * as pulumi from "@pulumi/pulumi";
import type { Group } from "@pulumi/aws/autoscaling/group.js";
import { Policy } from "@pulumi/aws/autoscaling/policy.js";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { HipaaWhole } from "../whole.ts";

interface Rule {
  readonly id: string;
  /** Instances more, or less. */
  readonly by: 1 | -1;
  readonly cooldown: number;
  readonly when: Omit<MetricAlarmArgs, "comparisonOperator" | "evaluationPeriods"> & {
    readonly evaluationPeriods: number;
  };
}

export interface ScaledBy {
  readonly targetGroup: pulumi.Input<string>;
  readonly balancer: pulumi.Input<string>;
}

/** One instance more when they are busy or asked much, one less when they are idle. */
export function createScaling(whole: HipaaWhole, group: Group, asked: ScaledBy): void {
  for (const rule of rules(group.name, asked)) createRule(whole, group, rule);
}

function rules(groupName: pulumi.Input<string>, asked: ScaledBy): Rule[] {
  const cpu = {
    namespace: "AWS/EC2",
    metricName: "CPUUtilization",
    statistic: "Average",
    dimensions: { AutoScalingGroupName: groupName },
    period: 300,
  };
  return [
    { id: "busy", by: 1, cooldown: 300, when: { ...cpu, threshold: 70, evaluationPeriods: 1 } },
    {
      id: "asked",
      by: 1,
      cooldown: 300,
      when: {
        namespace: "AWS/ApplicationELB",
        metricName: "RequestCountPerTarget",
        statistic: "Sum",
        dimensions: { TargetGroup: asked.targetGroup, LoadBalancer: asked.balancer },
        period: 60,
        threshold: 1000,
        evaluationPeriods: 1,
      },
    },
    { id: "idle", by: -1, cooldown: 600, when: { ...cpu, threshold: 30, evaluationPeriods: 2 } },
  ];
}

function createRule(
  { name, parent, app, tags }: HipaaWhole,
  group: Group,
  { id, by, cooldown, when }: Rule,
): void {
  const policy = new Policy(
    `${name}-scale-${id}`,
    {
      name: `${app}-${id}`,
      autoscalingGroupName: group.name,
      policyType: "SimpleScaling",
      adjustmentType: "ChangeInCapacity",
      scalingAdjustment: by,
      cooldown,
    },
    { parent },
  );
  new MetricAlarm(
    `${name}-scale-${id}-alarm`,
    {
      ...when,
      name: `${app}-scale-${id}`,
      alarmDescription: `${by > 0 ? "One instance more" : "One instance less"}; nobody is woken by it.`,
      comparisonOperator: by > 0 ? "GreaterThanThreshold" : "LessThanThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [policy.arn],
      tags,
    },
    { parent },
  );
}
