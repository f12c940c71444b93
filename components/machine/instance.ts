import type * as pulumi from "@pulumi/pulumi";
import { Instance } from "@pulumi/aws/ec2/instance.js";
import { latestImage } from "./image.ts";
import type { MachineRole } from "./role.ts";
import type { MachineWhole } from "./whole.ts";

export interface InstanceParts {
  /** Ends the resource's name. */
  readonly id: string;
  /** What it is called in the cloud; a machine is found again by it. */
  readonly nameTag: string;
  readonly instanceType: string;
  /** GiB of its volume. */
  readonly volumeGiB: number;
  readonly subnetId: pulumi.Input<string>;
  readonly securityGroupId: pulumi.Input<string>;
  readonly role: MachineRole;
  readonly userData: pulumi.Input<string>;
}

/** Creates a machine without key pair and public address, on an encrypted volume, reached by Session Manager. */
export function createInstance(whole: MachineWhole, parts: InstanceParts): Instance {
  const { name, parent, tags } = whole;
  const { id, nameTag, instanceType, volumeGiB, role } = parts;
  const named = { ...tags, Name: nameTag };
  return new Instance(
    `${name}-${id}`,
    {
      ami: latestImage(instanceType, { parent }),
      instanceType,
      subnetId: parts.subnetId,
      vpcSecurityGroupIds: [parts.securityGroupId],
      associatePublicIpAddress: false,
      iamInstanceProfile: role.profile.name,
      // Credentials are for processes of the machine itself, which ask for them with a token.
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      },
      rootBlockDevice: {
        volumeType: "gp3",
        volumeSize: volumeGiB,
        encrypted: true,
        tags: named,
      },
      userData: parts.userData,
      // It is read at the first start only.
      userDataReplaceOnChange: true,
      tags: named,
    },
    // A newer image must not replace a machine that data goes through.
    { parent, dependsOn: role.usable, ignoreChanges: ["ami"] },
  );
}
