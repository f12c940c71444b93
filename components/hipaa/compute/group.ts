import type * as pulumi from "@pulumi/pulumi";
import { Group } from "@pulumi/aws/autoscaling/group.js";
import type { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate.js";
import type { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import { hipaaDefaults } from "../defaults.ts";
import type { HipaaWhole } from "../whole.ts";
import { named } from "../whole.ts";
import type { ComputeChoices } from "./choices.ts";

/** From its start to its first answer: packages, agents, and the deployment. */
const START_SECONDS = 600;

export interface GroupParts {
  readonly compute: ComputeChoices;
  readonly template: LaunchTemplate;
  readonly targets: TargetGroup;
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Whether an application has been deployed; before, no instance can be healthy. */
  readonly serving: boolean;
}

/** The instances: in every zone, replaced when the balancer finds them ill, a few at a time when they change. */
export function createGroup(
  whole: HipaaWhole,
  parts: GroupParts,
  dependsOn: pulumi.Resource[],
): Group {
  const { name, parent, app } = whole;
  const { compute, template, targets, subnetIds, serving } = parts;
  const minSize = compute.minimum ?? hipaaDefaults.minimum;
  return new Group(
    `${name}-group`,
    {
      name: app,
      minSize,
      maxSize: compute.maximum ?? hipaaDefaults.maximum,
      desiredCapacity: compute.desired ?? minSize,
      vpcZoneIdentifiers: [...subnetIds],
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      targetGroupArns: [targets.arn],
      healthCheckType: "ELB",
      healthCheckGracePeriod: START_SECONDS,
      defaultInstanceWarmup: START_SECONDS,
      // Instances without an application never pass the balancer's check and would be replaced for ever.
      suspendedProcesses: serving ? [] : ["ReplaceUnhealthy"],
      waitForCapacityTimeout: "0",
      instanceRefresh: {
        strategy: "Rolling",
        // One more at a time, then one less. It cannot go back by itself: the image is looked up at each start.
        preferences: { minHealthyPercentage: 100, maxHealthyPercentage: 150, autoRollback: false },
      },
      metricsGranularity: "1Minute",
      enabledMetrics: ["GroupInServiceInstances", "GroupDesiredCapacity"],
      tags: Object.entries(named(whole, "instance")).map(([key, value]) => ({
        key,
        value,
        propagateAtLaunch: true,
      })),
    },
    { parent, dependsOn, ignoreChanges: ["desiredCapacity"] },
  );
}
