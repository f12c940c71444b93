import type * as pulumi from "@pulumi/pulumi";
import { Volume } from "@pulumi/aws/ebs/volume.js";
import { Eip } from "@pulumi/aws/ec2/eip.js";
import { EipAssociation } from "@pulumi/aws/ec2/eipAssociation.js";
import { Instance } from "@pulumi/aws/ec2/instance.js";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment.js";
import { latestImage } from "../machine/image.ts";
import type { CheckedArgs } from "./check.ts";
import { webDefaults } from "./defaults.ts";
import type { WebNetwork } from "./network.ts";
import type { WebRole } from "./role.ts";
import { webNameOf } from "./whole.ts";
import type { WebWhole } from "./whole.ts";

export interface MachineParts {
  readonly network: WebNetwork;
  readonly securityGroupId: pulumi.Input<string>;
  readonly role: WebRole;
  readonly data: Volume;
  readonly address: Eip;
  readonly userData: pulumi.Input<string>;
}

/** The address that stays when the machine is replaced. */
export function createAddress(whole: WebWhole): Eip {
  const { name, parent, tags } = whole;
  return new Eip(
    `${name}-address`,
    { domain: "vpc", tags: { ...tags, Name: webNameOf(whole) } },
    { parent },
  );
}

/** The volume that stays when the machine is replaced. */
export function createDataVolume(
  whole: WebWhole,
  { dataGiB }: Pick<CheckedArgs, "dataGiB">,
  { zone }: WebNetwork,
): Volume {
  const { name, parent, tags, protect } = whole;
  return new Volume(
    `${name}-data`,
    {
      availabilityZone: zone,
      type: "gp3",
      size: dataGiB,
      encrypted: true,
      finalSnapshot: protect,
      tags: { ...tags, Name: `${webNameOf(whole)}-data` },
    },
    { parent, protect },
  );
}

/** Creates the machine, without a key pair: it is reached by Session Manager. */
export function createMachine(
  whole: WebWhole,
  { instanceType }: Pick<CheckedArgs, "instanceType">,
  parts: MachineParts,
): Instance {
  const { name, parent, tags } = whole;
  const { network, role, data, address } = parts;
  const named = { ...tags, Name: webNameOf(whole) };
  const machine = new Instance(
    `${name}-machine`,
    {
      ami: latestImage(instanceType, { parent }),
      instanceType,
      subnetId: network.subnetIds[0]!,
      vpcSecurityGroupIds: [parts.securityGroupId],
      iamInstanceProfile: role.profile.name,
      // Credentials are for processes of the machine itself, which ask for them with a token.
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      },
      // More than its share of the processor for long would cost more than the machine.
      creditSpecification: { cpuCredits: "standard" },
      rootBlockDevice: {
        volumeType: "gp3",
        volumeSize: webDefaults.systemGiB,
        encrypted: true,
        tags: named,
      },
      userData: parts.userData,
      // It is read at the first start only.
      userDataReplaceOnChange: true,
      tags: named,
    },
    // A newer image must not replace a machine that serves.
    { parent, dependsOn: [...role.usable, ...network.wayOut], ignoreChanges: ["ami"] },
  );
  new EipAssociation(
    `${name}-address-machine`,
    { allocationId: address.id, instanceId: machine.id },
    { parent },
  );
  new VolumeAttachment(
    `${name}-data-machine`,
    {
      deviceName: "/dev/sdf",
      volumeId: data.id,
      instanceId: machine.id,
      stopInstanceBeforeDetaching: true,
    },
    // It is in one machine at a time.
    { parent, deleteBeforeReplace: true },
  );
  return machine;
}
