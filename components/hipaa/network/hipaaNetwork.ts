import * as pulumi from "@pulumi/pulumi";
import { describeWhole } from "../describe.ts";
import { hipaaDefaults } from "../defaults.ts";
import { usualZonesOf } from "../residency.ts";
import type { HipaaWhole } from "../whole.ts";
import type { CreatedNetwork, HipaaNetworkArgs } from "./args.ts";
import { checkNetwork } from "./check.ts";
import { createEndpoints } from "./endpoints.ts";
import { verifySubnets } from "./existing.ts";
import { createFlowLogs } from "./flowLogs.ts";
import { createRoutes } from "./routes.ts";
import { createSecurityGroups } from "./securityGroups.ts";
import type { GroupIds } from "./securityGroups.ts";
import type { SubnetIds } from "./tiers.ts";
import { createVpc } from "./vpc.ts";

/**
 * The network: four tiers in two zones or more, and who may talk to whom.
 *
 * Creates: VPC, subnets, internet gateway, a NAT gateway a zone, routes, endpoints, encrypted flow logs, and four security
 * groups with their rules. In an existing network the security groups only.
 *
 * Touches on the source: nothing.
 *
 * Irreversible: nothing. Undo: destroy.
 *
 * Cost: about 73 $ a month for two NAT gateways, and 16 $ for each endpoint; see cost.ts.
 *
 * @example
 * new HipaaNetwork("network", {
 *   app: "acme", environment: "prod", dataClass: "phi", region: "ca-central-1",
 *   network: { create: { cidr: "10.0.0.0/16" } }, logsKey: keys.logs,
 * });
 */
export class HipaaNetwork extends pulumi.ComponentResource {
  public readonly vpcId: pulumi.Output<string>;
  public readonly subnetIds: SubnetIds;
  public readonly groupIds: GroupIds;
  /** Where the application's calls come from, for lists of others; none known of an existing network. */
  public readonly natAddresses: readonly pulumi.Output<string>[];

  constructor(name: string, args: HipaaNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    const { network, region } = args;
    if (network.create !== undefined) checkNetwork(network.create, region);
    super("godwit:hipaa:Network", name, {}, opts);
    const whole = describeWhole(name, this, args);
    if (network.existing !== undefined) {
      this.vpcId = pulumi.output(network.existing.vpcId);
      this.subnetIds = verifySubnets(whole, network.existing);
      this.groupIds = createSecurityGroups(whole, this.vpcId);
      this.natAddresses = [];
    } else {
      const built = build(whole, args, network.create);
      this.vpcId = built.vpcId;
      this.subnetIds = built.subnetIds;
      this.groupIds = built.groupIds;
      this.natAddresses = built.natAddresses;
    }
    this.registerOutputs({
      vpcId: this.vpcId,
      subnetIds: this.subnetIds,
      groupIds: this.groupIds,
      natAddresses: this.natAddresses,
    });
  }
}

function build(whole: HipaaWhole, args: HipaaNetworkArgs, network: CreatedNetwork) {
  const cidr = network.cidr ?? hipaaDefaults.cidr;
  const zones = network.zones ?? usualZonesOf(whole.region);
  const created = createVpc(whole, { cidr, zones });
  const { vpc, subnets } = created;
  const routes = createRoutes(whole, created, zones);
  const groupIds = createSecurityGroups(whole, vpc.id);
  const services = args.endpoints ?? hipaaDefaults.endpoints;
  createEndpoints(whole, created, routes, services, groupIds.application);
  createFlowLogs(whole, vpc.id, args, args.logDays ?? hipaaDefaults.logDays);
  const idsOf = (tier: keyof typeof subnets) => subnets[tier].map(({ id }) => id);
  return {
    vpcId: vpc.id,
    subnetIds: {
      public: idsOf("public"),
      application: idsOf("application"),
      database: idsOf("database"),
      cache: idsOf("cache"),
    } satisfies SubnetIds,
    groupIds,
    natAddresses: routes.natAddresses,
  };
}
