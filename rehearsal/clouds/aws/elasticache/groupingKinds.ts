import { given, tags, text, texts } from "../../properties.ts";
import {
  AwsError,
  type Properties,
  type ProviderFunction,
  type ResourceKind,
} from "../../world.ts";
import type { CacheAccount, ParameterGroup, SubnetGroup } from "./model.ts";
import { applyParameters, assertParameters } from "./parameterGroups.ts";

/** `aws.elasticache.SubnetGroup`. */
export function subnetGroupKind(account: CacheAccount): ResourceKind {
  const { subnetGroups } = account;
  const put = (name: string, inputs: Properties) => {
    const subnetIds = texts(inputs, "subnetIds");
    const vpc = account.network.vpcs.find(({ subnets }) =>
      subnets.some(({ id }) => subnetIds.includes(id)),
    );
    const unknown = subnetIds.find((id) => !account.network.subnet(id));
    if (!vpc || unknown) {
      throw new AwsError("InvalidSubnet", `The subnet ID '${unknown ?? ""}' does not exist.`);
    }
    const description = text(inputs, "description") ?? "Managed by Pulumi";
    const group: SubnetGroup = { name, description, subnetIds, vpcId: vpc.id, tags: tags(inputs) };
    subnetGroups.set(name, group);
    return { ...given(inputs), ...outputsOfSubnetGroup(account, group) };
  };
  return {
    type: "aws:elasticache/subnetGroup:SubnetGroup",
    replaceOn: ["name"],
    actions: {
      create: "elasticache:CreateCacheSubnetGroup",
      delete: "elasticache:DeleteCacheSubnetGroup",
    },
    async create(inputs) {
      const name = text(inputs, "name") ?? "";
      if (subnetGroups.has(name)) {
        const message = `Cache subnet group ${name} already exists.`;
        throw new AwsError("CacheSubnetGroupAlreadyExistsFault", message);
      }
      return { id: name, outputs: put(name, inputs) };
    },
    update: async (id, inputs) => put(id, inputs),
    async read(id, state) {
      const group = subnetGroups.get(id);
      if (!group) return undefined;
      const { name, description, subnetIds } = group;
      const outputs = { ...given(state), ...outputsOfSubnetGroup(account, group) };
      return { id, outputs, inputs: { name, description, subnetIds } };
    },
    async delete(id) {
      assertUnused(account, "subnetGroup", id, "CacheSubnetGroupInUse");
      subnetGroups.delete(id);
    },
  };
}

/** `aws.elasticache.ParameterGroup`; its parameters take effect on the servers that use it. */
export function parameterGroupKind(account: CacheAccount): ResourceKind {
  const { parameterGroups } = account;
  const put = (name: string, inputs: Properties) => {
    const list = (inputs["parameters"] as readonly Properties[] | undefined) ?? [];
    const pairs = list.map((each) => [text(each, "name") ?? "", String(each["value"])] as const);
    const parameters = Object.fromEntries(pairs);
    assertParameters(parameters);
    const group: ParameterGroup = {
      name,
      family: text(inputs, "family") ?? "",
      description: text(inputs, "description") ?? "Managed by Pulumi",
      parameters,
      tags: tags(inputs),
    };
    parameterGroups.set(name, group);
    return { ...given(inputs), ...outputsOfParameterGroup(account, group) };
  };
  return {
    type: "aws:elasticache/parameterGroup:ParameterGroup",
    replaceOn: ["name", "family", "description"],
    actions: {
      create: "elasticache:CreateCacheParameterGroup",
      update: "elasticache:ModifyCacheParameterGroup",
      delete: "elasticache:DeleteCacheParameterGroup",
    },
    async create(inputs) {
      const name = text(inputs, "name") ?? "";
      if (parameterGroups.has(name)) {
        const message = `Cache parameter group ${name} already exists.`;
        throw new AwsError("CacheParameterGroupAlreadyExistsFault", message);
      }
      return { id: name, outputs: put(name, inputs) };
    },
    async update(id, inputs) {
      const outputs = put(id, inputs);
      await applyParameters(account, id);
      return outputs;
    },
    async read(id, state) {
      const group = parameterGroups.get(id);
      if (!group) return undefined;
      const { name, family, description } = group;
      const outputs = { ...given(state), ...outputsOfParameterGroup(account, group) };
      return { id, outputs, inputs: { name, family, description } };
    },
    async delete(id) {
      assertUnused(account, "parameterGroup", id, "InvalidCacheParameterGroupStateFault");
      parameterGroups.delete(id);
    },
  };
}

export function groupingFunctions(
  account: CacheAccount,
): Readonly<Record<string, ProviderFunction>> {
  return {
    "aws:elasticache/getSubnetGroup:getSubnetGroup": async (args) => {
      const name = text(args, "name") ?? "";
      const group = account.subnetGroups.get(name);
      if (!group) {
        const message = `Cache Subnet Group ${name} does not exist.`;
        throw new AwsError("CacheSubnetGroupNotFoundFault", message);
      }
      const { description, subnetIds } = group;
      return { ...outputsOfSubnetGroup(account, group), id: name, description, subnetIds };
    },
  };
}

function assertUnused(
  account: CacheAccount,
  what: "subnetGroup" | "parameterGroup",
  name: string,
  code: string,
): void {
  const users = [...account.clusters.values(), ...account.groups.values()];
  const user = users.find(({ settings }) => settings[what] === name);
  if (user) throw new AwsError(code, `${name} is in use by ${user.id}.`);
}

function outputsOfSubnetGroup({ world }: CacheAccount, group: SubnetGroup) {
  return {
    name: group.name,
    arn: world.account.arn("elasticache", `subnetgroup:${group.name}`),
    vpcId: group.vpcId,
    tagsAll: group.tags,
  };
}

function outputsOfParameterGroup({ world }: CacheAccount, group: ParameterGroup) {
  return {
    name: group.name,
    arn: world.account.arn("elasticache", `parametergroup:${group.name}`),
    tagsAll: group.tags,
  };
}
