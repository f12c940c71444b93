import * as pulumi from "@pulumi/pulumi";
import type { Group } from "@pulumi/aws/autoscaling/group.js";
import { Application } from "@pulumi/aws/codedeploy/application.js";
import { DeploymentGroup } from "@pulumi/aws/codedeploy/deploymentGroup.js";
import type { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import { createServiceRole } from "../roles.ts";
import type { ServiceRole } from "../roles.ts";
import type { HipaaWhole } from "../whole.ts";

export interface Deployment {
  readonly application: Application;
  readonly group: DeploymentGroup;
}

/** Deploys a package to one instance after the other, each away from the balancer meanwhile; a failed one is taken back. */
export function createDeployment(
  whole: HipaaWhole,
  instances: Group,
  targets: TargetGroup,
  topicArn: pulumi.Input<string>,
): Deployment {
  const { name, parent, app, tags } = whole;
  const application = new Application(
    `${name}-deployment`,
    { name: app, computePlatform: "Server", tags },
    { parent },
  );
  const role = deploymentRole(whole, instances, targets, topicArn);
  const group = new DeploymentGroup(
    `${name}-deployment-group`,
    {
      appName: application.name,
      deploymentGroupName: "production",
      serviceRoleArn: role.arn,
      deploymentConfigName: "CodeDeployDefault.OneAtATime",
      autoscalingGroups: [instances.name],
      deploymentStyle: {
        deploymentType: "IN_PLACE",
        deploymentOption: "WITH_TRAFFIC_CONTROL",
      },
      loadBalancerInfo: { targetGroupInfos: [{ name: targets.name }] },
      autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
      triggerConfigurations: [
        {
          triggerName: "failures",
          triggerEvents: ["DeploymentFailure", "DeploymentRollback"],
          triggerTargetArn: topicArn,
        },
      ],
      tags,
    },
    { parent, dependsOn: role.usable },
  );
  return { application, group };
}

/** What AWSCodeDeployRole allows on everything, for this group, these targets and this topic. */
function deploymentRole(
  whole: HipaaWhole,
  instances: Group,
  targets: TargetGroup,
  topicArn: pulumi.Input<string>,
): ServiceRole {
  const statements = pulumi
    .all([instances.arn, targets.arn, topicArn])
    .apply(([group, targetGroup, topic]) => [
      {
        Sid: "HoldsInstancesUntilDeployed",
        Effect: "Allow",
        Action: [
          "autoscaling:CompleteLifecycleAction",
          "autoscaling:DeleteLifecycleHook",
          "autoscaling:PutLifecycleHook",
          "autoscaling:RecordLifecycleActionHeartbeat",
          "autoscaling:ResumeProcesses",
          "autoscaling:SuspendProcesses",
        ],
        Resource: group,
      },
      {
        Sid: "TakesThemAwayFromTheBalancer",
        Effect: "Allow",
        Action: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
        Resource: targetGroup,
      },
      { Sid: "TellsOfFailures", Effect: "Allow", Action: "sns:Publish", Resource: topic },
      {
        // These services know no resources for what only looks.
        Sid: "Looks",
        Effect: "Allow",
        Action: [
          "autoscaling:DescribeAutoScalingGroups",
          "autoscaling:DescribeLifecycleHooks",
          "ec2:DescribeInstances",
          "ec2:DescribeInstanceStatus",
          "elasticloadbalancing:DescribeTargetGroups",
          "elasticloadbalancing:DescribeTargetHealth",
          "tag:GetResources",
        ],
        Resource: "*",
      },
    ]);
  return createServiceRole(whole, {
    id: "deployment",
    service: "codedeploy.amazonaws.com",
    statements,
  });
}
