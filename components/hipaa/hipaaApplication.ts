import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import type { HipaaApplicationArgs } from "./applicationArgs.ts";
import { checkApplication } from "./checkApplication.ts";
import { createGroup } from "./compute/group.ts";
import { createInstanceRole } from "./compute/instanceRole.ts";
import { createLaunchTemplate } from "./compute/launchTemplate.ts";
import { schedulePatching } from "./compute/patching.ts";
import { createScaling } from "./compute/scaling.ts";
import { hipaaDefaults } from "./defaults.ts";
import { createDeployment } from "./deploy/codeDeploy.ts";
import { createDeployer } from "./deploy/deployer.ts";
import { describeWhole } from "./describe.ts";
import { createBalancer } from "./edge/balancer.ts";
import type { Balancer } from "./edge/balancer.ts";
import { resolveCertificate } from "./edge/certificate.ts";
import { createFirewall } from "./edge/firewall.ts";
import { pointRecord } from "./edge/record.ts";
import { resolveZone } from "./edge/zone.ts";
import type { HipaaWhole } from "./whole.ts";

/**
 * The application: a load balancer behind a firewall, instances in every zone, and the way a new version gets to them.
 *
 * Creates: zone and certificate where asked for, load balancer with access logs, web firewall with logs, launch template, Auto
 * Scaling group with three scaling policies, monthly replacement of the instances, CodeDeploy, roles, log group; the
 * name's record where there is a domain and it serves.
 *
 * Touches on the source: from stage `cutover` on the name's A record, which led to the old server.
 *
 * Irreversible: nothing; instances hold no data.
 *
 * Undo: go back to stage `prepare` through a run, which leads the name back; then destroy, with `deletionProtection: false`
 * first.
 *
 * Cost: about 100 $ a month with two t3.medium; see cost.ts.
 *
 * @example
 * new HipaaApplication("application", {
 *   app: "acme", environment: "prod", dataClass: "phi", region: "ca-central-1", serving: true,
 *   network, keys, buckets, secretArns: secrets.arns, topicArn: alarms.arn,
 *   certificate: { existing: "arn:aws:acm:ca-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000" },
 * });
 */
export class HipaaApplication extends pulumi.ComponentResource {
  /** Where users find it: the domain, or the balancer's own name. */
  public readonly url: pulumi.Output<string>;
  public readonly balancerDomain: pulumi.Output<string>;
  /** Of a zone that was created; none of an existing one. */
  public readonly nameServers: pulumi.Output<string[]>;
  /** The ends of the ARNs, as metrics name them. */
  public readonly balancerId: pulumi.Output<string>;
  public readonly targetGroupId: pulumi.Output<string>;
  public readonly groupName: pulumi.Output<string>;
  public readonly instanceRoleArn: pulumi.Output<string>;
  public readonly logGroup: pulumi.Output<string>;
  public readonly deployment: {
    readonly application: pulumi.Output<string>;
    readonly group: pulumi.Output<string>;
  };
  /** The role that deploys; none unless asked for. */
  public readonly deployerRoleArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: HipaaApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    checkApplication(args);
    super("godwit:hipaa:Application", name, {}, opts);
    const whole = describeWhole(name, this, args);
    const logGroup = createLog(whole, args);
    const edge = createEdge(whole, args);
    const { group, role } = createCompute(whole, args, edge, logGroup);
    const deployment = createDeployment(whole, group, edge.targets, args.topicArn);

    this.url = pulumi.interpolate`https://${args.domain?.name ?? edge.balancer.dnsName}`;
    this.balancerDomain = edge.balancer.dnsName;
    this.nameServers = edge.nameServers;
    this.balancerId = edge.balancer.arnSuffix;
    this.targetGroupId = edge.targets.arnSuffix;
    this.groupName = group.name;
    this.instanceRoleArn = role.arn;
    this.logGroup = logGroup.name;
    this.deployment = {
      application: deployment.application.name,
      group: deployment.group.deploymentGroupName,
    };
    this.deployerRoleArn =
      args.deployer &&
      createDeployer(whole, args.deployer, deployment, args.buckets.deployments, args.keys.data);
    this.registerOutputs({
      url: this.url,
      balancerDomain: this.balancerDomain,
      nameServers: this.nameServers,
      balancerId: this.balancerId,
      targetGroupId: this.targetGroupId,
      groupName: this.groupName,
      instanceRoleArn: this.instanceRoleArn,
      logGroup: this.logGroup,
      deployment: this.deployment,
      deployerRoleArn: this.deployerRoleArn,
    });
  }
}

function createLog({ name, parent, app, tags }: HipaaWhole, args: HipaaApplicationArgs): LogGroup {
  return new LogGroup(
    `${name}-log`,
    {
      name: `/godwit/${app}/application`,
      kmsKeyId: args.keys.logs.arn,
      retentionInDays: args.logDays ?? hipaaDefaults.logDays,
      tags,
    },
    { parent, dependsOn: args.keys.logs.usable },
  );
}

interface Edge extends Balancer {
  readonly nameServers: pulumi.Output<string[]>;
}

function createEdge(whole: HipaaWhole, args: HipaaApplicationArgs): Edge {
  const { network, keys, buckets, domain, serving } = args;
  const zone = domain && resolveZone(whole, domain.zone);
  const place = zone && { name: domain.name, zoneId: zone.zoneId };
  const edge = createBalancer(whole, {
    vpcId: network.vpcId,
    subnetIds: network.subnetIds.public,
    securityGroupId: network.groupIds.balancer,
    certificateArn: resolveCertificate(whole, args.certificate, place),
    buckets,
    deletionProtection: args.deletionProtection ?? true,
  });
  createFirewall(whole, edge.balancer.arn, keys.logs, args.logDays ?? hipaaDefaults.logDays);
  if (place && serving) pointRecord(whole, place, edge.balancer);
  return { ...edge, nameServers: zone?.nameServers ?? pulumi.output([]) };
}

function createCompute(
  whole: HipaaWhole,
  args: HipaaApplicationArgs,
  { balancer, targets, listener }: Balancer,
  logGroup: LogGroup,
) {
  const { network, keys, buckets, secretArns, serving, compute = {} } = args;
  const role = createInstanceRole(whole, { buckets, keys, secretArns, logGroup });
  const template = createLaunchTemplate(whole, {
    compute,
    role,
    securityGroupId: network.groupIds.application,
    volumeKeyArn: keys.data.arn,
    logGroup,
  });
  const subnetIds = network.subnetIds.application;
  const group = createGroup(whole, { compute, template, targets, subnetIds, serving }, [
    listener,
    ...keys.data.usable,
  ]);
  createScaling(whole, group, { targetGroup: targets.arnSuffix, balancer: balancer.arnSuffix });
  schedulePatching(whole, group, compute.patchSchedule ?? hipaaDefaults.patchSchedule);
  return { group, role };
}
