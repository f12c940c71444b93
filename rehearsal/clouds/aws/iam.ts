import { given, tags, text } from "../properties.ts";
import { AwsError, type Part, type Properties, type ResourceKind, type World } from "../world.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** What a machine's profile stands for. */
export interface InstanceRole {
  readonly roleName: string;
  /** By the role's inline policies; policies of the service's own are not evaluated. */
  allows(action: string, resource: string | undefined): boolean;
}

export interface Iam extends Part {
  /** Throws `InvalidParameterValue`, as EC2 does, for a profile that does not exist. */
  roleOf(profileName: string): InstanceRole;
}

/** IAM, as far as machines have roles: what a role's inline policies allow is all that its machines may. */
export function createIam(world: World): Iam {
  const policies = new Map<string, Map<string, readonly Statement[]>>();
  const profiles = new Map<string, string>();
  return {
    kinds: [
      roleKind(world, policies),
      policyKind(policies),
      profileKind(world, profiles),
      attachmentKind(),
    ],
    roleOf(profileName) {
      const roleName = profiles.get(profileName);
      if (roleName === undefined) {
        const message = `Value (${profileName}) for parameter iamInstanceProfile.name is invalid.`;
        throw new AwsError("InvalidParameterValue", message);
      }
      return {
        roleName,
        allows: (action, resource) =>
          [...(policies.get(roleName)?.values() ?? [])]
            .flat()
            .some((statement) => allows(statement, action, resource)),
      };
    },
  };
}

function allows(statement: Statement, action: string, resource: string | undefined): boolean {
  const covers = (patterns: string | readonly string[], value: string) =>
    [patterns].flat().some((pattern) => pattern === "*" || pattern === value);
  if (statement.Effect !== "Allow" || !covers(statement.Action, action)) return false;
  return covers(statement.Resource, resource ?? "*");
}

type Policies = Map<string, Map<string, readonly Statement[]>>;

function roleKind(world: World, policies: Policies): ResourceKind {
  const outputs = (inputs: Properties) => {
    const name = text(inputs, "name") ?? "";
    const arn = world.account.arn("iam", `role/${name}`).replace(world.account.region, "");
    return { ...given(inputs), arn, name, uniqueId: `AROA${name}`, tagsAll: tags(inputs) };
  };
  return {
    type: "aws:iam/role:Role",
    replaceOn: ["name", "namePrefix", "path"],
    actions: { create: "iam:CreateRole", delete: "iam:DeleteRole" },
    async create(inputs) {
      const name = text(inputs, "name") ?? "";
      if (policies.has(name)) {
        throw new AwsError("EntityAlreadyExists", `Role with name ${name} already exists.`, 409);
      }
      policies.set(name, new Map());
      return { id: name, outputs: outputs(inputs) };
    },
    update: async (_id, inputs) => outputs(inputs),
    async read(id, state) {
      if (!policies.has(id)) return undefined;
      const inputs = { name: id, ...state };
      return { id, outputs: outputs(inputs), inputs: { name: id } };
    },
    delete: async (id) => void policies.delete(id),
  };
}

function policyKind(policies: Policies): ResourceKind {
  const put = (inputs: Properties) => {
    const [role, name] = [text(inputs, "role") ?? "", text(inputs, "name") ?? ""];
    const document = JSON.parse(text(inputs, "policy") ?? "{}") as { Statement?: Statement[] };
    const own = policies.get(role);
    if (!own)
      throw new AwsError("NoSuchEntity", `The role with name ${role} cannot be found.`, 404);
    own.set(name, document.Statement ?? []);
    return { id: `${role}:${name}`, outputs: { ...given(inputs), name } };
  };
  return {
    type: "aws:iam/rolePolicy:RolePolicy",
    replaceOn: ["name", "namePrefix", "role"],
    actions: { create: "iam:PutRolePolicy", delete: "iam:DeleteRolePolicy" },
    create: async (inputs) => put(inputs),
    update: async (_id, inputs) => put(inputs).outputs,
    async read(id, state) {
      const [role = "", name = ""] = id.split(":");
      return policies.get(role)?.has(name) ? { id, outputs: state, inputs: state } : undefined;
    },
    async delete(id) {
      const [role = "", name = ""] = id.split(":");
      policies.get(role)?.delete(name);
    },
  };
}

function profileKind(world: World, profiles: Map<string, string>): ResourceKind {
  const put = (inputs: Properties) => {
    const name = text(inputs, "name") ?? "";
    profiles.set(name, text(inputs, "role") ?? "");
    const arn = world.account.arn("iam", `instance-profile/${name}`);
    const createDate = new Date().toISOString();
    return { ...given(inputs), arn, createDate, uniqueId: `AIPA${name}`, tagsAll: tags(inputs) };
  };
  return {
    type: "aws:iam/instanceProfile:InstanceProfile",
    replaceOn: ["name", "namePrefix", "path"],
    actions: { create: "iam:CreateInstanceProfile", delete: "iam:DeleteInstanceProfile" },
    create: async (inputs) => ({ id: text(inputs, "name") ?? "", outputs: put(inputs) }),
    update: async (_id, inputs) => put(inputs),
    async read(id, state) {
      const role = profiles.get(id);
      if (role === undefined) return undefined;
      return { id, outputs: { ...state, name: id, role }, inputs: { name: id, role } };
    },
    delete: async (id) => void profiles.delete(id),
  };
}

/** Only remembered: sessions are not what machines of a twin are reached by. */
function attachmentKind(): ResourceKind {
  return {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    replaceOn: ["role", "policyArn"],
    actions: { create: "iam:AttachRolePolicy", delete: "iam:DetachRolePolicy" },
    create: async (inputs) => ({
      id: `${text(inputs, "role")}/${text(inputs, "policyArn")}`,
      outputs: given(inputs),
    }),
    update: async (_id, inputs) => given(inputs),
    async read(id, state) {
      const [role = "", ...policy] = id.split("/");
      return { id, outputs: state, inputs: { role, policyArn: policy.join("/") } };
    },
    async delete() {},
  };
}
