import type * as pulumi from "@pulumi/pulumi";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import { webNameOf } from "./whole.ts";
import type { WebWhole } from "./whole.ts";

const ANYWHERE = "0.0.0.0/0";
const DOORS = [
  { id: "https", port: 443, description: "CDN, and whoever asks the API by its own name" },
  { id: "http", port: 80, description: "Proof of the name for the certificate; else to HTTPS" },
] as const;

/** The machine's security group: in by 80 and 443, out everywhere. No SSH: it is reached by Session Manager. */
export function createDoors(whole: WebWhole, vpcId: pulumi.Input<string>): SecurityGroup {
  const { name, parent, app, tags } = whole;
  const group = new SecurityGroup(
    `${name}-security-group`,
    {
      name: webNameOf(whole),
      description: `API of ${app}`,
      vpcId,
      tags: { ...tags, Name: webNameOf(whole) },
    },
    { parent },
  );
  for (const { id, port, description } of DOORS) {
    new SecurityGroupIngressRule(
      `${name}-${id}`,
      {
        securityGroupId: group.id,
        description,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        cidrIpv4: ANYWHERE,
        tags,
      },
      { parent },
    );
  }
  new SecurityGroupEgressRule(
    `${name}-out`,
    {
      securityGroupId: group.id,
      description: "Packages, certificate, AWS API",
      ipProtocol: "-1",
      cidrIpv4: ANYWHERE,
      tags,
    },
    { parent },
  );
  return group;
}
