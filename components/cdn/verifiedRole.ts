import type * as pulumi from "@pulumi/pulumi";
import { getRoleOutput } from "@pulumi/aws/iam/getRole.js";
import { trustOf } from "./trust.ts";
import type { CdnWhole } from "./whole.ts";

export interface WriterRole {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}

/** The application's own role: there, the one that is meant, and for the service that the application runs on only. */
export function verifiedRole(
  { parent }: Pick<CdnWhole, "parent">,
  arn: string,
  service: string,
): WriterRole {
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  const found = getRoleOutput({ name }, { parent }).apply((role) => {
    const wrong = suspicion(role, arn, service);
    if (wrong === undefined) return role;
    throw new Error(
      `The role ${arn} is not let in: ${wrong}. Its rights are what they were. ` +
        "Correct the role or `writer.role.existing`, or take `create: true`.",
    );
  });
  return { name: found.name, arn: found.arn };
}

function suspicion(
  role: { readonly arn: string; readonly assumeRolePolicy: string },
  arn: string,
  service: string,
): string | undefined {
  if (role.arn !== arn) return `the role of that name here is ${role.arn}`;
  const { services, everyone } = trustOf(role.assumeRolePolicy);
  if (everyone) return "its trust policy lets anyone take it on";
  if (!services.includes(service)) {
    return `its trust policy does not let ${service} take it on, but ${services.join(", ") || "no service"}`;
  }
  return undefined;
}
