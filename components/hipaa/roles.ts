import * as pulumi from "@pulumi/pulumi";
import { Policy } from "@pulumi/aws/iam/policy.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import type { HipaaWhole } from "./whole.ts";

export interface ServiceRole {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** What must exist before the role may do its work. */
  readonly usable: pulumi.Resource[];
}

export interface RoleParts {
  /** Ends the role's name. */
  readonly id: string;
  /** Service that takes it on. */
  readonly service?: string;
  /** Who takes it on, where it is no service. */
  readonly trust?: pulumi.Input<object>;
  /** What it may; none where a policy of the service's own says it all. */
  readonly statements?: pulumi.Input<object[]>;
  /** Policies of Amazon's own, by name. */
  readonly managed?: readonly string[];
}

/** Creates a role `<app>-<id>` with a policy of its own: not an inline one, which the HIPAA rules refuse. */
export function createServiceRole(whole: HipaaWhole, parts: RoleParts): ServiceRole {
  const { name, parent, app, tags } = whole;
  const { id, service, trust, statements, managed = [] } = parts;
  const trusted = trust ?? {
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
  };
  const role = new Role(
    `${name}-${id}-role`,
    {
      name: `${app}-${id}`,
      description: `${app}: ${id.replaceAll("-", " ")}`,
      assumeRolePolicy: document([trusted]),
      tags,
    },
    { parent },
  );
  const attach = (what: string, policyArn: pulumi.Input<string>) =>
    new RolePolicyAttachment(`${name}-${id}-${what}`, { role: role.name, policyArn }, { parent });
  const usable = managed.map((policy) =>
    attach(policy.split("/").at(-1)!, `arn:aws:iam::aws:policy/${policy}`),
  );
  if (statements !== undefined) {
    const policy = new Policy(
      `${name}-${id}-rights`,
      { name: `${app}-${id}`, policy: document(statements), tags },
      { parent },
    );
    usable.push(attach("rights-attachment", policy.arn));
  }
  return { name: role.name, arn: role.arn, usable };
}

function document(statements: pulumi.Input<pulumi.Input<object>[]>): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
