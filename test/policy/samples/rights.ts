import { document, resource } from "../resources.ts";
import type { Sample } from "./sample.ts";

export const allowing = (Action: string, Resource = "arn:aws:s3:::acme/*") => ({
  policy: document({ Effect: "Allow", Action, Resource }),
});

export const iam: Sample[] = [
  {
    type: "aws:iam/policy:Policy",
    inputs: allowing("s3:GetObject"),
    broken: {
      IAMPolicyNoStatementsWithAdminAccess: allowing("*", "*"),
      IAMPolicyNoStatementsWithFullAccess: allowing("s3:*"),
      IAMNoDecryptOnAllKeys: allowing("kms:*crypt", "*"),
    },
  },
  {
    type: "aws:iam/role:Role",
    inputs: {},
    broken: { IAMNoInlinePolicy: { inlinePolicies: [{ policy: "{}" }] } },
  },
  {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    inputs: { policyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" },
    broken: {
      IAMPolicyNoStatementsWithAdminAccess: {
        policyArn: "arn:aws:iam::aws:policy/AmazonEC2FullAccess",
      },
    },
  },
  {
    type: "aws:iam/user:User",
    inputs: { name: "ada" },
    beside: [
      resource("aws:iam/userGroupMembership:UserGroupMembership", { user: "ada", groups: ["ops"] }),
    ],
    broken: { IAMUserGroupMembership: { name: "bob" } },
  },
  {
    type: "aws:iam/group:Group",
    inputs: { name: "ops" },
    beside: [
      resource("aws:iam/userGroupMembership:UserGroupMembership", { user: "ada", groups: ["ops"] }),
    ],
    broken: { IAMGroupHasUsers: { name: "others" } },
  },
];
