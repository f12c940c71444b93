import type * as pulumi from "@pulumi/pulumi";
import { PlacementGroup } from "@pulumi/hcloud/placementGroup.js";
import { Server } from "@pulumi/hcloud/server.js";
import { SshKey } from "@pulumi/hcloud/sshKey.js";
import { Volume } from "@pulumi/hcloud/volume.js";
import { VolumeAttachment } from "@pulumi/hcloud/volumeAttachment.js";
import type { HetznerArgs } from "../args.ts";
import { versions } from "../defaults.ts";
import type { ClusterFirewalls } from "../firewalls.ts";
import type { ClusterNetwork } from "../network.ts";
import { numeric } from "../whole.ts";
import type { ClusterWhole } from "../whole.ts";
import { databaseUserData } from "./database.ts";
import type { DatabaseMachine } from "./database.ts";
import { controlPlaneUserData, workerUserData } from "./nodes.ts";
import { servingPlaces } from "./plan.ts";
import type { Place, Plan } from "./plan.ts";

export interface ClusterMachines {
  readonly controlPlane: Server;
  readonly workers: readonly Server[];
  readonly database: Server;
  readonly volume: Volume;
  /** Those that take what the load balancer sends, with the end of their resources' names. */
  readonly serving: readonly { readonly id: string; readonly server: Server }[];
}

interface Around {
  readonly network: ClusterNetwork;
  readonly firewalls: ClusterFirewalls;
  readonly archive: Omit<DatabaseMachine, "volumeId" | "archiveBucket"> & {
    readonly archiveBucket: pulumi.Output<string>;
  };
}

/** Creates the cluster's machines; each at its place of the plan. */
export function createMachines(
  whole: ClusterWhole,
  args: HetznerArgs,
  plan: Plan,
  { network, firewalls, archive }: Around,
): ClusterMachines {
  const { name, parent, cloudName, labels } = whole;
  const group = new PlacementGroup(
    `${name}-placement`,
    // No two of them on one of Hetzner's own machines.
    { name: cloudName, type: "spread", labels },
    { parent },
  );
  const sshKeys = registerKeys(whole, args);
  const volume = createVolume(whole, args);
  const make = (place: Place, its: MachineParts) =>
    createMachine(whole, place, {
      location: args.location,
      placementGroupId: numeric(group.id),
      sshKeys,
      network,
      ...its,
    });
  const controlPlane = make(plan.controlPlane, {
    serverType: args.controlPlane.serverType,
    firewallId: firewalls.controlPlane,
    userData: controlPlaneUserData(plan, cloudName),
    holdsData: true,
  });
  const workers = plan.workers.map((place) =>
    make(place, {
      serverType: args.workers.serverType,
      firewallId: firewalls.workers,
      userData: workerUserData(plan, place, cloudName),
      holdsData: false,
    }),
  );
  const userData = numeric(volume.id).apply((volumeId) =>
    archive.archiveBucket.apply((archiveBucket) =>
      databaseUserData(plan, { ...archive, archiveBucket, volumeId: String(volumeId) }),
    ),
  );
  const database = make(plan.database, {
    serverType: args.database.serverType,
    firewallId: firewalls.database,
    userData,
    holdsData: true,
  });
  new VolumeAttachment(
    `${name}-volume-attachment`,
    { volumeId: numeric(volume.id), serverId: numeric(database.id), automount: false },
    { parent },
  );
  const serving = servingServers(plan, controlPlane, workers);
  return { controlPlane, workers, database, volume, serving };
}

function servingServers(
  plan: Plan,
  controlPlane: Server,
  workers: readonly Server[],
): ClusterMachines["serving"] {
  const places = [plan.controlPlane, ...plan.workers];
  const servers = [controlPlane, ...workers];
  return servingPlaces(plan).map((place) => ({
    id: place.id,
    server: servers[places.indexOf(place)]!,
  }));
}

/** Without a key, Hetzner would send root's password by e-mail. */
function registerKeys(
  { name, parent, cloudName, labels }: ClusterWhole,
  { sshKeys }: Pick<HetznerArgs, "sshKeys">,
): pulumi.Output<string>[] {
  return sshKeys.map(
    (key) =>
      new SshKey(
        `${name}-ssh-${key.name}`,
        { name: `${cloudName}-${key.name}`, publicKey: key.publicKey, labels },
        { parent },
      ).id,
  );
}

/** The database's volume; what is on it is encrypted by the machine. */
function createVolume(
  { name, parent, cloudName, labels, protect }: ClusterWhole,
  { location, database }: Pick<HetznerArgs, "location" | "database">,
): Volume {
  return new Volume(
    `${name}-volume`,
    {
      name: `${cloudName}-database`,
      size: database.volumeGb,
      location,
      labels,
      deleteProtection: protect,
    },
    { parent, protect },
  );
}

interface MachineParts {
  readonly serverType: string;
  readonly firewallId: pulumi.Output<number>;
  readonly userData: pulumi.Input<string>;
  /** Whether another machine in its place would have lost something. */
  readonly holdsData: boolean;
}

interface MachinePlace extends MachineParts {
  readonly location: string;
  readonly placementGroupId: pulumi.Output<number>;
  readonly sshKeys: pulumi.Output<string>[];
  readonly network: ClusterNetwork;
}

function createMachine(
  { name, parent, cloudName, labels, protect }: ClusterWhole,
  { id, role, address }: Place,
  parts: MachinePlace,
): Server {
  const { network, subnet } = parts.network;
  const kept = protect && parts.holdsData;
  return new Server(
    `${name}-${id}`,
    {
      name: `${cloudName}-${id}`,
      serverType: parts.serverType,
      image: versions.image,
      location: parts.location,
      placementGroupId: parts.placementGroupId,
      sshKeys: parts.sshKeys,
      firewallIds: [parts.firewallId],
      networks: [{ networkId: numeric(network.id), ip: address }],
      publicNets: [{ ipv4Enabled: true, ipv6Enabled: true }],
      userData: parts.userData,
      labels: { ...labels, role },
      shutdownBeforeDeletion: true,
      deleteProtection: kept,
      rebuildProtection: kept,
    },
    // What is read at the first start only must not replace a machine that is in use.
    { parent, protect: kept, dependsOn: subnet, ignoreChanges: ["image", "sshKeys", "userData"] },
  );
}
