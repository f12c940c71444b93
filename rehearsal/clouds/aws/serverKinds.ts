import { randomBytes } from "node:crypto";
import { text } from "../properties.ts";
import { AwsError, type Part, type Properties, type World } from "../world.ts";
import { keptKind, type Kept } from "./keptKind.ts";
import type { Vpcs } from "./vpcKinds.ts";

/** Machines that stand but run nothing, their volumes and addresses: a volume is in one machine of its own zone. */
export function createServers(world: World, vpcs: Vpcs): Part {
  const { account } = world;
  const machines = machineKind(world, vpcs);
  const volumes = keptKind({
    type: "aws:ebs/volume:Volume",
    replaceOn: ["availabilityZone", "encrypted", "kmsKeyId", "snapshotId"],
    actions: { create: "ec2:CreateVolume", delete: "ec2:DeleteVolume" },
    make() {
      const id = newId("vol");
      const arn = account.arn("ec2", `volume/${id}`);
      return { id, outputs: { arn, createTime: new Date().toISOString(), iops: 3000 } };
    },
  });
  const addresses = keptKind({
    type: "aws:ec2/eip:Eip",
    replaceOn: ["domain", "publicIpv4Pool"],
    actions: { create: "ec2:AllocateAddress", delete: "ec2:ReleaseAddress" },
    make() {
      const id = newId("eipalloc");
      const arn = account.arn("ec2", `elastic-ip/${id}`);
      return { id, outputs: { arn, allocationId: id, publicIp: documentationAddress() } };
    },
  });
  const leads = keptKind({
    type: "aws:ec2/eipAssociation:EipAssociation",
    replaceOn: ["allocationId", "instanceId"],
    actions: { create: "ec2:AssociateAddress", delete: "ec2:DisassociateAddress" },
    make(inputs) {
      existing(addresses, inputs, "allocationId", "InvalidAllocationID.NotFound");
      existing(machines, inputs, "instanceId", "InvalidInstanceID.NotFound");
      return { id: newId("eipassoc"), outputs: {} };
    },
  });
  const attachments = attachmentKind(machines, volumes);
  const all = [machines, volumes, addresses, leads, attachments];
  return { kinds: all.map(({ kind }) => kind) };
}

function machineKind({ account }: World, vpcs: Vpcs): Kept {
  return keptKind({
    type: "aws:ec2/instance:Instance",
    // The last as with `userDataReplaceOnChange`: a machine reads it at its first start only.
    replaceOn: ["ami", "availabilityZone", "keyName", "subnetId", "userData"],
    actions: { create: "ec2:RunInstances", delete: "ec2:TerminateInstances" },
    make(inputs) {
      const id = newId("i");
      const availabilityZone = vpcs.zoneOf(text(inputs, "subnetId") ?? "");
      const arn = account.arn("ec2", `instance/${id}`);
      const networkInterface = newId("eni");
      return {
        id,
        outputs: {
          arn,
          availabilityZone,
          instanceState: "running",
          primaryNetworkInterfaceId: networkInterface,
        },
      };
    },
  });
}

function attachmentKind(machines: Kept, volumes: Kept): Kept {
  const kept: Kept = keptKind({
    type: "aws:ec2/volumeAttachment:VolumeAttachment",
    replaceOn: ["deviceName", "instanceId", "volumeId"],
    actions: { create: "ec2:AttachVolume", delete: "ec2:DetachVolume" },
    make(inputs) {
      const volume = existing(volumes, inputs, "volumeId", "InvalidVolume.NotFound");
      const machine = existing(machines, inputs, "instanceId", "InvalidInstanceID.NotFound");
      const volumeId = text(inputs, "volumeId")!;
      if (volume["availabilityZone"] !== machine["availabilityZone"]) {
        const message = `The volume '${volumeId}' is not in the same availability zone as instance`;
        throw new AwsError("InvalidVolume.ZoneMismatch", message);
      }
      if ([...kept.resources.values()].some((other) => other["volumeId"] === volumeId)) {
        throw new AwsError("VolumeInUse", `${volumeId} is already attached to an instance`);
      }
      return { id: newId("vai"), outputs: {} };
    },
  });
  return kept;
}

function existing(kept: Kept, inputs: Properties, name: string, code: string): Properties {
  const id = text(inputs, name) ?? "";
  const found = kept.resources.get(id);
  if (found) return found;
  throw new AwsError(code, `The ID '${id}' does not exist`);
}

function newId(prefix: string): string {
  return `${prefix}-${randomBytes(8).toString("hex")}`;
}

/** Of the range that leads nowhere. */
function documentationAddress(): string {
  return `203.0.113.${1 + (randomBytes(1)[0]! % 254)}`;
}
