import { text } from "../properties.ts";
import { AwsError, type Part, type World } from "../world.ts";
import { keptKind, type Kept } from "./keptKind.ts";

/** A role that the account has had before, which stacks look up. */
export interface ExistingRole {
  readonly name: string;
  /** Service that may take it on. */
  readonly service: string;
}

/** Managed policies, and roles of others; what they allow is not evaluated. */
export function createIamPolicies({ account }: World, roles: readonly ExistingRole[]): Part {
  const policies: Kept = keptKind({
    type: "aws:iam/policy:Policy",
    replaceOn: ["name", "namePrefix", "path", "description"],
    actions: { create: "iam:CreatePolicy", delete: "iam:DeletePolicy" },
    make(inputs) {
      const name = text(inputs, "name") ?? "";
      const arn = `arn:aws:iam::${account.id}:policy/${name}`;
      if (policies.resources.has(arn)) {
        throw new AwsError("EntityAlreadyExists", `A policy called ${name} already exists.`, 409);
      }
      return { id: arn, outputs: { arn, attachmentCount: 0, policyId: `ANPA${name}` } };
    },
  });
  return {
    kinds: [policies.kind],
    functions: {
      "aws:iam/getRole:getRole": async (args) => {
        const role = roles.find(({ name }) => name === text(args, "name"));
        if (!role) {
          const message = `The role with name ${text(args, "name")} cannot be found.`;
          throw new AwsError("NoSuchEntity", message, 404);
        }
        return {
          id: role.name,
          name: role.name,
          arn: `arn:aws:iam::${account.id}:role/${role.name}`,
          path: "/",
          assumeRolePolicy: trustIn(role),
          tags: {},
        };
      },
    },
  };
}

function trustIn({ service }: ExistingRole): string {
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
