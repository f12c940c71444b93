import type * as pulumi from "@pulumi/pulumi";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import type { Tags } from "../tags.ts";

const HTTPS_PORT = 443;

/** A security group of a component, and what its rules are made with. */
export interface EgressFrom {
  /** Name of the component. */
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly securityGroupId: pulumi.Input<string>;
  readonly tags: Tags;
}

export interface EgressTo {
  /** Ends the rule's name. */
  readonly id: string;
  readonly description: string;
  readonly port: number;
  readonly cidrIpv4: pulumi.Input<string>;
}

/** Lets a security group out to a range of addresses, by TCP. */
export function allowOut(from: EgressFrom, to: EgressTo): void {
  new SecurityGroupEgressRule(
    `${from.name}-to-${to.id}`,
    {
      securityGroupId: from.securityGroupId,
      description: to.description,
      ipProtocol: "tcp",
      fromPort: to.port,
      toPort: to.port,
      cidrIpv4: to.cidrIpv4,
      tags: from.tags,
    },
    { parent: from.parent },
  );
}

/** Lets a machine reach what it is installed from and asks for its secrets. */
export function allowApi(from: EgressFrom): void {
  // The API's addresses are Amazon's to change.
  const anywhere = "0.0.0.0/0";
  const description = "AWS API, and godwit's packages";
  allowOut(from, { id: "api", description, port: HTTPS_PORT, cidrIpv4: anywhere });
}
