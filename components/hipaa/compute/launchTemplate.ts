import type * as pulumi from "@pulumi/pulumi";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate.js";
import type { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { hipaaDefaults } from "../defaults.ts";
import { named } from "../whole.ts";
import type { HipaaWhole } from "../whole.ts";
import type { ComputeChoices } from "./choices.ts";
import type { InstanceRole } from "./instanceRole.ts";
import { processorOf, userData } from "./userData.ts";

export interface LaunchParts {
  readonly compute: ComputeChoices;
  readonly role: InstanceRole;
  readonly securityGroupId: pulumi.Input<string>;
  readonly volumeKeyArn: pulumi.Input<string>;
  readonly logGroup: LogGroup;
}

/** How each instance is started: the newest Ubuntu 24.04 of that moment, without a key pair, encrypted. */
export function createLaunchTemplate(whole: HipaaWhole, parts: LaunchParts): LaunchTemplate {
  const { name, parent, app, region } = whole;
  const { compute, role } = parts;
  const instanceType = compute.instanceType ?? hipaaDefaults.instanceType;
  const { debian } = processorOf(instanceType);
  const settings = {
    app,
    region,
    instanceType,
    nodeVersion: compute.nodeVersion ?? hipaaDefaults.nodeVersion,
    packageMirror: compute.packageMirror ?? hipaaDefaults.packageMirror,
  };
  const tags = named(whole, "instance");
  return new LaunchTemplate(
    `${name}-template`,
    {
      name: app,
      // Looked up at each start, so that a refresh brings the newest patches.
      imageId: `resolve:ssm:/aws/service/canonical/ubuntu/server/24.04/stable/current/${debian}/hvm/ebs-gp3/ami-id`,
      instanceType,
      ebsOptimized: "true",
      monitoring: { enabled: true },
      iamInstanceProfile: { arn: role.profile.arn },
      // Credentials are for processes of the instance itself, which ask for them with a token.
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      },
      networkInterfaces: [
        {
          associatePublicIpAddress: "false",
          deleteOnTermination: "true",
          securityGroups: [parts.securityGroupId],
        },
      ],
      blockDeviceMappings: [rootVolume(parts)],
      userData: parts.logGroup.name.apply((logGroup) =>
        Buffer.from(userData({ ...settings, logGroup })).toString("base64"),
      ),
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags,
      })),
      updateDefaultVersion: true,
      tags,
    },
    { parent, dependsOn: role.usable },
  );
}

/** Under the name that Ubuntu's images give it. */
function rootVolume({ compute, volumeKeyArn }: LaunchParts) {
  return {
    deviceName: "/dev/sda1",
    ebs: {
      volumeType: "gp3",
      volumeSize: compute.volumeGiB ?? hipaaDefaults.volumeGiB,
      encrypted: "true",
      kmsKeyId: volumeKeyArn,
      deleteOnTermination: "true",
    },
  };
}
