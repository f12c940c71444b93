import type { Plan, Resource } from "../plan.ts";
import { input, listOf, UNKNOWN } from "../plan.ts";
import type { Rule, Verdict } from "../rule.ts";
import { broken, packed, when } from "../rule.ts";
import type { Statement } from "../statements.ts";
import { covers, parseStatements, statementsOf } from "../statements.ts";

const USER = "aws:iam/user:User";
const GROUP = "aws:iam/group:Group";
const ROLE = "aws:iam/role:Role";
const INLINE = [
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
];
const POLICIES = ["aws:iam/policy:Policy", ...INLINE, ROLE];
const ATTACHMENTS = [
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
];

/** Who has which rights. */
export const iam: readonly Rule[] = [
  packed({
    id: "IAMNoInlinePolicy",
    holds: "rights stand in policies of their own, not inside a role, user or group",
    remedy: "Declare a Policy and attach it.",
    hipaa: "164.308(a)(3)(i)",
    config: "iam-no-inline-policy-check",
    types: [...INLINE, ROLE],
    judge: (resource) =>
      when(
        resource.type === ROLE && listOf(input(resource, "inlinePolicies")).length === 0,
        resource.type === ROLE ? "has policies inside it" : "is a policy inside its role or user",
      ),
  }),
  packed({
    id: "IAMPolicyNoStatementsWithAdminAccess",
    holds: "nobody may do everything to everything",
    remedy: "Name the actions and the resources that are needed.",
    hipaa: "164.308(a)(3)(i)",
    config: "iam-policy-no-statements-with-admin-access",
    prowler: "iam_customer_attached_policy_no_administrative_privileges",
    types: [...POLICIES, ...ATTACHMENTS],
    judge: (resource) =>
      ATTACHMENTS.includes(resource.type)
        ? when(!isFullAccess(input(resource, "policyArn")), "attaches a policy for full access")
        : none(resource, isAdmin, "allows every action on every resource"),
  }),
  packed({
    id: "IAMPolicyNoStatementsWithFullAccess",
    holds: "nobody may do everything that a service offers",
    remedy: "Name the actions that are needed.",
    hipaa: "164.308(a)(3)(i)",
    config: "iam-policy-no-statements-with-full-access",
    types: POLICIES,
    judge: (resource) => none(resource, isWholeService, "allows every action of a service"),
  }),
  {
    id: "IAMNoDecryptOnAllKeys",
    holds: "nobody may decrypt with every key of the account",
    remedy: "Name the keys, or the service that decrypts in a condition kms:ViaService.",
    hipaa: "164.312(a)(2)(iv)",
    config: "iam-customer-policy-blocked-kms-actions",
    prowler: "iam_policy_no_full_access_to_kms",
    types: POLICIES,
    judge: (resource) => none(resource, decryptsAll, "allows decrypting with every key"),
  },
  packed({
    id: "IAMUserNoPolicies",
    holds: "users have their rights from groups",
    remedy: "Attach the policy to a group that the user is in.",
    hipaa: "164.308(a)(3)(i)",
    config: "iam-user-no-policies-check",
    prowler: "iam_policy_attached_only_to_group_or_roles",
    types: ["aws:iam/userPolicy:UserPolicy", "aws:iam/userPolicyAttachment:UserPolicyAttachment"],
    judge: () => broken("gives rights to a user"),
  }),
  packed({
    id: "IAMUserGroupMembership",
    holds: "each user is in a group",
    remedy: "Declare a UserGroupMembership.",
    hipaa: "164.308(a)(3)(i)",
    config: "iam-user-group-membership-check",
    types: [USER],
    judge: (user, plan) => member(plan, user, { of: "user", list: "users" }, "is in no group"),
  }),
  packed({
    id: "IAMGroupHasUsers",
    holds: "each group has users",
    remedy: "Put a user in, or take the group away.",
    hipaa: "164.308(a)(3)(i)",
    config: "iam-group-has-users-check",
    types: [GROUP],
    judge: (group, plan) => member(plan, group, { of: "group", list: "groups" }, "has no users"),
  }),
];

/** AWS's own policies for everything, or for everything of a service. */
function isFullAccess(policyArn: unknown): boolean {
  return /\/(AdministratorAccess|PowerUserAccess|[A-Za-z0-9]*FullAccess)$/.test(String(policyArn));
}

function isAdmin({ effect, actions, resources }: Statement): boolean {
  return effect === "Allow" && actions.includes("*") && resources.includes("*");
}

function isWholeService({ effect, actions }: Statement): boolean {
  return effect === "Allow" && actions.some((action) => /^(\*|[a-z0-9-]+:\*)$/i.test(action));
}

function decryptsAll({ effect, actions, resources, condition }: Statement): boolean {
  return (
    effect === "Allow" &&
    resources.some((resource) => /^(\*|arn:[^:]+:kms:[^:]*:[^:]*:(\*|key\/\*))$/.test(resource)) &&
    actions.some((action) => covers(action, "kms:Decrypt")) &&
    !("kms:ViaService" in { ...condition["StringEquals"], ...condition["StringLike"] })
  );
}

function none(resource: Resource, wrong: (s: Statement) => boolean, problem: string): Verdict {
  const statements =
    resource.type === ROLE
      ? listOf(input(resource, "inlinePolicies")).flatMap((inline) =>
          parseStatements((inline as { policy?: unknown }).policy),
        )
      : statementsOf(resource);
  return when(statements === UNKNOWN ? UNKNOWN : !statements.some(wrong), problem);
}

/** A membership names one user and his groups, or one group and its users. */
function member(
  plan: Plan,
  who: Resource,
  { of, list }: { of: string; list: string },
  problem: string,
): Verdict {
  const memberships = plan.of(
    "aws:iam/userGroupMembership:UserGroupMembership",
    "aws:iam/groupMembership:GroupMembership",
  );
  const named = memberships.flatMap((each) => [input(each, of), ...listOf(input(each, list))]);
  const called = [who.id, input(who, "name")];
  if (named.some((name) => name !== undefined && called.includes(name))) return "kept";
  return when(named.includes(UNKNOWN) ? UNKNOWN : false, problem);
}
