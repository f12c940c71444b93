import * as pulumi from "@pulumi/pulumi";
import { getSubnetOutput } from "@pulumi/aws/ec2/getSubnet.js";
import { getVpcOutput } from "@pulumi/aws/ec2/getVpc.js";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { allowApi, allowOut } from "../machine/egress.ts";
import { ownershipTags } from "../tags.ts";
import type { Ownership } from "../tags.ts";
import { moverDefaults } from "./defaults.ts";
import { moverNameOf } from "./whole.ts";

/** Where a mover stands. */
export interface MoverPlaceArgs extends Ownership {
  /**
   * A subnet from which the data servers and, by NAT or endpoints, the AWS API can be reached.
   *
   * @example "subnet-0a1b2c3d4e5f60718"
   */
  readonly subnetId: pulumi.Input<string>;

  /**
   * Where the engine's Postgres is.
   *
   * @default port 5432 within the subnet's own VPC
   * @example { port: 5432, cidr: "10.20.0.0/16" }
   */
  readonly engine?: { readonly port?: number; readonly cidr?: string | undefined };
}

/**
 * The place of a mover in the network: its security group, made before the data servers' groups so that these can name it.
 *
 * Creates: a security group without any ingress, open outwards to the AWS API (443) and the engine's database.
 *
 * Touches on the source: nothing.
 *
 * Irreversible: nothing. Undo: destroy.
 *
 * Cost: none.
 *
 * @example
 * new MoverPlace("place", {
 *   app: "acme", environment: "prod", dataClass: "confidential", subnetId: "subnet-0a1b2c3d4e5f60718",
 * });
 */
export class MoverPlace extends pulumi.ComponentResource {
  public readonly subnetId: pulumi.Output<string>;
  public readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: MoverPlaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("godwit:mover:MoverPlace", name, {}, opts);
    const { app, subnetId, engine = {} } = args;
    const tags = ownershipTags(args);
    const vpcId = getSubnetOutput({ id: subnetId }, { parent: this }).vpcId;
    const group = new SecurityGroup(
      `${name}-security-group`,
      {
        name: moverNameOf(args),
        description: `Mover of ${app}: connects, and is never connected to`,
        vpcId,
        tags: { ...tags, Name: moverNameOf(args) },
      },
      { parent: this },
    );
    const cidr = engine.cidr ?? getVpcOutput({ id: vpcId }, { parent: this }).cidrBlock;
    const from = { name, parent: this, securityGroupId: group.id, tags };
    allowApi(from);
    allowOut(from, {
      id: "engine",
      description: "The engine's Postgres",
      port: engine.port ?? moverDefaults.enginePort,
      cidrIpv4: cidr,
    });

    this.subnetId = pulumi.output(subnetId);
    this.securityGroupId = group.id;
    this.registerOutputs({ subnetId: this.subnetId, securityGroupId: this.securityGroupId });
  }
}
