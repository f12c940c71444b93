import type { Group } from "@pulumi/aws/autoscaling/group.js";
import { Schedule } from "@pulumi/aws/scheduler/schedule.js";
import { createServiceRole } from "../roles.ts";
import type { HipaaWhole } from "../whole.ts";

/**
 * Replaces all instances by ones of the newest image, on a schedule. At any other time, as for a critical patch:
 * `aws autoscaling start-instance-refresh --auto-scaling-group-name <app>`.
 */
export function schedulePatching(
  whole: HipaaWhole,
  group: Group,
  scheduleExpression: string,
): void {
  const { name, parent, app } = whole;
  const role = createServiceRole(whole, {
    id: "patching",
    service: "scheduler.amazonaws.com",
    statements: group.arn.apply((arn) => [
      {
        Sid: "RefreshesTheGroup",
        Effect: "Allow",
        Action: "autoscaling:StartInstanceRefresh",
        Resource: arn,
      },
    ]),
  });
  new Schedule(
    `${name}-patching`,
    {
      name: `${app}-patching`,
      description: `Replaces the instances of ${app} by ones of the newest image`,
      scheduleExpression,
      scheduleExpressionTimezone: "UTC",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: "arn:aws:scheduler:::aws-sdk:autoscaling:startInstanceRefresh",
        roleArn: role.arn,
        input: group.name.apply((AutoScalingGroupName) =>
          JSON.stringify({
            AutoScalingGroupName,
            Preferences: { MinHealthyPercentage: 100, MaxHealthyPercentage: 150 },
          }),
        ),
      },
    },
    { parent, dependsOn: role.usable },
  );
}
