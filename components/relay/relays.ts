import * as pulumi from "@pulumi/pulumi";
import { TargetGroupAttachment } from "@pulumi/aws/lb/targetGroupAttachment.js";
import { allowAccess } from "../machine/access.ts";
import type { DataAccess } from "../machine/access.ts";
import { createInstance } from "../machine/instance.ts";
import { createRole } from "../machine/role.ts";
import type { MachineRole } from "../machine/role.ts";
import type { MachineWhole } from "../machine/whole.ts";
import { ownershipTags } from "../tags.ts";
import type { Ownership } from "../tags.ts";
import { createControlSecret } from "./controlSecret.ts";
import { relayDefaults } from "./defaults.ts";
import type { RelayPlace } from "./place.ts";
import { relayUserData } from "./userData.ts";
import { relaysNameOf } from "./whole.ts";

/** A data server that relays connect to. */
export interface ServerArgs {
  readonly host: pulumi.Input<string>;
  readonly port: pulumi.Input<number>;
}

/** Arguments of `Relays`. */
export interface RelaysArgs extends Ownership {
  readonly place: Pick<RelayPlace, "subnetIds" | "securityGroupId" | "targetGroupArn">;

  /**
   * The runbook whose protocol they speak.
   *
   * @example "redis-encryption"
   */
  readonly runbook: string;

  /**
   * Size of each machine.
   *
   * @default "c7g.large"
   */
  readonly instanceType?: string;

  /**
   * Where the machines get godwit from.
   *
   * @example "s3://acme-artifacts/godwit-0.1.0.tgz"
   */
  readonly package: string;

  /**
   * Clients that each relay takes at once, 20,000 at most.
   *
   * @default 10000
   */
  readonly maxClients?: number;

  /**
   * When they stop serving, whatever else happens: ISO 8601, UTC. A change replaces them.
   *
   * @example "2026-03-08T12:00:00Z"
   */
  readonly until: string;

  /**
   * What names the decision record on the target: its replication group's id.
   *
   * @example "acme-redis-encrypted"
   */
  readonly move: pulumi.Input<string>;

  /** The server that clients come from, in plaintext and without a token. */
  readonly source: ServerArgs;

  /** The server that they go to, over TLS to its own name. */
  readonly target: ServerArgs;

  /** Key under which the secrets are, the control channel's among them. */
  readonly kmsKeyArn: pulumi.Input<string>;

  /** Secret that the target asks for. */
  readonly tokenSecretArn: pulumi.Input<string>;

  /** The data servers' security groups. */
  readonly access: DataAccess;
}

/** One relay, as a run finds it. */
export interface RelayNode {
  /** As the relay calls itself. */
  readonly name: string;
  readonly instanceId: pulumi.Output<string>;
  /** Its own address, where the mover reaches its control port. */
  readonly address: pulumi.Output<string>;
}

/**
 * Two relays between the clients and the servers, each in a zone of its own: they stop the clients for the moment in which
 * the traffic goes from one server to the other.
 *
 * Creates: the key of their control channel in Secrets Manager; role with two secrets and their key; two EC2 instances
 * without key pair and public address; their place behind the balancer; rules between their group and the data servers'.
 *
 * Touches on the source: an ingress rule on each of its security groups, which goes with the relays.
 *
 * Irreversible: nothing. Undo: destroy, after the clients have left; no data is kept on them.
 *
 * Cost: about 108 $ a month for as long as they are there, 3.50 $ a day; see cost.ts.
 *
 * @example
 * new Relays("relays", {
 *   app: "acme", environment: "prod", dataClass: "confidential", place, runbook: "redis-encryption",
 *   package: "s3://acme-artifacts/godwit-0.1.0.tgz", until: "2026-03-08T12:00:00Z", move: "acme-redis-encrypted",
 *   source: { host: "acme-redis.abc.0001.use1.cache.amazonaws.com", port: 6379 },
 *   target: { host: "master.acme-redis-encrypted.abc.use1.cache.amazonaws.com", port: 6379 },
 *   kmsKeyArn: redis.kmsKeyArn, tokenSecretArn: redis.secretArn,
 *   access: { port: 6379, target: ["sg-0a1b2c3d4e5f60718"], targetNamesIt: true, source: ["sg-0b2c3d4e5f6071829"] },
 * });
 */
export class Relays extends pulumi.ComponentResource {
  public readonly nodes: readonly RelayNode[];
  /** Where the key of the control channel is: a reference, never the key. */
  public readonly controlSecretArn: pulumi.Output<string>;

  constructor(name: string, args: RelaysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("godwit:relay:Relays", name, {}, opts);
    const whole = describeWhole(name, this, args);
    const control = createControlSecret(whole, args.app, args.kmsKeyArn);
    const { profile, usable } = createRole(whole, {
      secretArns: [args.tokenSecretArn, control.arn],
      kmsKeyArn: args.kmsKeyArn,
      package: args.package,
    });
    const role = { profile, usable: [...usable, control.usable] };
    allowAccess(whole, args.place.securityGroupId, args.access);

    this.controlSecretArn = control.arn;
    this.nodes = args.place.subnetIds.map((subnetId, index) =>
      createNode(whole, args, { number: index + 1, subnetId, role, controlArn: control.arn }),
    );
    this.registerOutputs({ nodes: this.nodes, controlSecretArn: this.controlSecretArn });
  }
}

function describeWhole(name: string, parent: pulumi.Resource, args: RelaysArgs): MachineWhole {
  return {
    name,
    parent,
    title: `Relays of ${args.app}`,
    cloudName: relaysNameOf(args),
    tags: ownershipTags(args),
  };
}

interface NodeParts {
  readonly number: number;
  readonly subnetId: string;
  readonly role: MachineRole;
  readonly controlArn: pulumi.Output<string>;
}

function createNode(whole: MachineWhole, args: RelaysArgs, parts: NodeParts): RelayNode {
  const { number, subnetId, role, controlArn } = parts;
  const name = `relay-${number}`;
  const machine = createInstance(whole, {
    id: `machine-${number}`,
    nameTag: `${args.app}-${name}`,
    instanceType: args.instanceType ?? relayDefaults.instanceType,
    volumeGiB: relayDefaults.volumeGiB,
    subnetId,
    securityGroupId: args.place.securityGroupId,
    role,
    userData: userDataOf(name, args, controlArn),
  });
  new TargetGroupAttachment(
    `${whole.name}-attachment-${number}`,
    { targetGroupArn: args.place.targetGroupArn, targetId: machine.id, port: args.access.port },
    { parent: whole.parent },
  );
  return { name, instanceId: machine.id, address: machine.privateIp };
}

function userDataOf(
  node: string,
  args: RelaysArgs,
  controlArn: pulumi.Output<string>,
): pulumi.Output<string> {
  const { runbook, until, maxClients = relayDefaults.maxClients } = args;
  return pulumi
    .all([args.source, args.target, args.tokenSecretArn, controlArn, args.move])
    .apply(([source, target, tokenSecretArn, controlSecretArn, move]) =>
      relayUserData({
        node,
        region: controlSecretArn.split(":")[3]!,
        runbook,
        source,
        target,
        tokenSecretArn,
        controlSecretArn,
        move,
        until,
        maxClients,
        package: args.package,
      }),
    );
}
