import * as pulumi from "@pulumi/pulumi";
import { getSubnetOutput } from "@pulumi/aws/ec2/getSubnet.js";
import { ownershipTags } from "../tags.ts";
import type { Ownership } from "../tags.ts";
import { createBalancer } from "./balancer.ts";
import { createGroups } from "./groups.ts";
import { relaysNameOf } from "./whole.ts";

/** Where relays stand, and who reaches them. */
export interface RelayPlaceArgs extends Ownership {
  /**
   * Two subnets in two zones of one VPC, one for each relay. Source and target, and by NAT or endpoints the AWS API, must be
   * reachable from both.
   *
   * @example ["subnet-0a1b2c3d4e5f60718", "subnet-0b2c3d4e5f6071829"]
   */
  readonly subnetIds: readonly string[];

  /**
   * Security groups of the clients: those that may connect to the source.
   *
   * @example ["sg-0a1b2c3d4e5f60718"]
   */
  readonly allowFrom: pulumi.Input<pulumi.Input<string>[]>;

  /**
   * Where clients connect: the data servers' port.
   *
   * @example 6379
   */
  readonly port: number;

  /**
   * Security group of the mover, which leads the switch.
   *
   * @example moverPlace.securityGroupId
   */
  readonly moverGroupId: pulumi.Input<string>;
}

/**
 * The place of the relays in the network and the name that clients find them by, made before the data servers' groups and
 * private name so that these can name it.
 *
 * Creates: an internal network load balancer with listener and target group, its security group, open to the clients
 * only, and the relays' security group, open to balancer and mover only.
 *
 * Touches on the source: nothing.
 *
 * Irreversible: nothing. Undo: destroy, after the clients have left.
 *
 * Cost: about 16.50 $ a month for as long as it is there, and 0.006 $ for each hour and capacity unit; see cost.ts.
 *
 * @example
 * new RelayPlace("relay-place", {
 *   app: "acme", environment: "prod", dataClass: "confidential", port: 6379,
 *   subnetIds: ["subnet-0a1b2c3d4e5f60718", "subnet-0b2c3d4e5f6071829"],
 *   allowFrom: ["sg-0a1b2c3d4e5f60718"], moverGroupId: moverPlace.securityGroupId,
 * });
 */
export class RelayPlace extends pulumi.ComponentResource {
  /** Where clients connect. */
  public readonly host: pulumi.Output<string>;
  public readonly port: pulumi.Output<number>;
  public readonly subnetIds: readonly string[];
  /** The VPC of the subnets. */
  public readonly vpcId: pulumi.Output<string>;
  /** The relays' own security group. */
  public readonly securityGroupId: pulumi.Output<string>;
  public readonly targetGroupArn: pulumi.Output<string>;

  constructor(name: string, args: RelayPlaceArgs, opts?: pulumi.ComponentResourceOptions) {
    checkSubnets(args);
    super("godwit:relay:RelayPlace", name, {}, opts);
    const { app, subnetIds, port, allowFrom, moverGroupId } = args;
    const vpcId = vpcOf(subnetIds, this);
    const cloudName = relaysNameOf(args);
    const parts = { name, parent: this, cloudName, tags: ownershipTags(args), vpcId, port };
    const groups = createGroups({ ...parts, app, allowFrom, moverGroupId });
    const securityGroupId = groups.balancerId;
    const balancer = createBalancer({ ...parts, subnetIds, securityGroupId });

    this.host = balancer.host;
    this.port = pulumi.output(port);
    this.subnetIds = subnetIds;
    this.vpcId = vpcId;
    this.securityGroupId = groups.relaysId;
    this.targetGroupArn = balancer.targetGroupArn;
    this.registerOutputs({
      host: this.host,
      port: this.port,
      subnetIds: this.subnetIds,
      vpcId: this.vpcId,
      securityGroupId: this.securityGroupId,
      targetGroupArn: this.targetGroupArn,
    });
  }
}

/** A relay that is alone, or shares its zone with the other one, would end all connections when it goes. */
function checkSubnets({ subnetIds }: RelayPlaceArgs): void {
  if (subnetIds.length === 2 && subnetIds[0] !== subnetIds[1]) return;
  throw new Error(
    `\`subnetIds\` must name two different subnets, in two zones, but is [${subnetIds.join(", ")}]: ` +
      "one relay must go on when the other one's zone does not. Nothing was changed.",
  );
}

/** The VPC of both subnets, once it is certain that they are in one VPC and in two zones. */
function vpcOf(subnetIds: readonly string[], parent: pulumi.Resource): pulumi.Output<string> {
  const subnets = subnetIds.map((id) => getSubnetOutput({ id }, { parent }));
  return pulumi.all(subnets).apply((found) => {
    const zones = new Set(found.map(({ availabilityZone }) => availabilityZone));
    const vpcIds = new Set(found.map(({ vpcId }) => vpcId));
    if (zones.size === found.length && vpcIds.size === 1) return found[0]!.vpcId;
    const places = found.map(
      ({ id, availabilityZone, vpcId }) => `${id} in ${availabilityZone} of ${vpcId}`,
    );
    throw new pulumi.RunError(
      `The relays' subnets must be in two zones of one VPC, but are ${places.join(" and ")}. ` +
        "Nothing of the relays was made. Correct godwit:relay.subnetIds.",
    );
  });
}
