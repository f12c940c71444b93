import type * as pulumi from "@pulumi/pulumi";
import type { HipaaOwnership } from "../whole.ts";
import type { endpointServices } from "../settings.ts";

/** Arguments of `HipaaNetwork`. What decides which resources there are is plain. */
export interface HipaaNetworkArgs extends HipaaOwnership {
  /**
   * The network: a new one, or the subnets of an existing one, which must have its own NAT, flow logs and endpoints.
   *
   * @example { create: { cidr: "10.0.0.0/16" } }
   */
  readonly network: NetworkChoice;

  /**
   * AWS services whose traffic stays inside a new network, beside S3.
   *
   * @default ["secretsmanager", "kms"]
   */
  readonly endpoints?: readonly (typeof endpointServices)[number][];

  /** Key of the flow logs. */
  readonly logsKey: { readonly arn: pulumi.Input<string>; readonly usable: pulumi.Resource[] };

  /**
   * Days for which flow logs are kept.
   *
   * @default 90
   */
  readonly logDays?: number;
}

export type NetworkChoice =
  | { readonly create: CreatedNetwork; readonly existing?: never }
  | { readonly existing: ExistingNetwork; readonly create?: never };

export interface CreatedNetwork {
  /**
   * From /16 to /22; each tier has room for four zones.
   *
   * @default "10.0.0.0/16"
   */
  readonly cidr?: string;
  /**
   * At least two.
   *
   * @default the region's a and b
   */
  readonly zones?: readonly string[] | undefined;
  /**
   * Ranges of networks that it is to be connected with, such as by VPN or peering.
   *
   * @default none
   */
  readonly peers?: readonly string[];
}

export interface ExistingNetwork {
  /** @example "vpc-0a1b2c3d4e5f60718" */
  readonly vpcId: string;
  readonly publicSubnetIds: readonly string[];
  readonly applicationSubnetIds: readonly string[];
  readonly databaseSubnetIds: readonly string[];
  readonly cacheSubnetIds: readonly string[];
}
