import type * as pulumi from "@pulumi/pulumi";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint.js";
import { HTTPS_PORT } from "../ports.ts";
import { named } from "../whole.ts";
import type { HipaaWhole } from "../whole.ts";
import type { Routes } from "./routes.ts";
import type { CreatedVpc } from "./vpc.ts";

/** Keeps the traffic to S3 and to the services named inside the network; to S3 without charge. */
export function createEndpoints(
  whole: HipaaWhole,
  { vpc, subnets }: CreatedVpc,
  { privateTableIds }: Routes,
  services: readonly string[],
  applicationGroupId: pulumi.Input<string>,
): void {
  const { name, parent, region } = whole;
  new VpcEndpoint(
    `${name}-to-s3`,
    {
      vpcId: vpc.id,
      serviceName: `com.amazonaws.${region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: [...privateTableIds],
      tags: named(whole, "to-s3"),
    },
    { parent },
  );
  if (services.length === 0) return;
  const group = endpointGroup(whole, vpc.id, applicationGroupId);
  for (const service of services) {
    new VpcEndpoint(
      `${name}-to-${service}`,
      {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: "Interface",
        subnetIds: subnets.application.map(({ id }) => id),
        securityGroupIds: [group.id],
        privateDnsEnabled: true,
        tags: named(whole, `to-${service}`),
      },
      { parent },
    );
  }
}

function endpointGroup(
  whole: HipaaWhole,
  vpcId: pulumi.Input<string>,
  applicationGroupId: pulumi.Input<string>,
): SecurityGroup {
  return new SecurityGroup(
    `${whole.name}-endpoints-group`,
    {
      name: `${whole.app}-endpoints`,
      description: `AWS services inside the network of ${whole.app}`,
      vpcId,
      ingress: [
        {
          description: "Instances of the application",
          protocol: "tcp",
          fromPort: HTTPS_PORT,
          toPort: HTTPS_PORT,
          securityGroups: [applicationGroupId],
        },
      ],
      tags: named(whole, "endpoints"),
    },
    { parent: whole.parent },
  );
}
