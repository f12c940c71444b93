import {
  AwsError,
  type Properties,
  type ProviderFunction,
  type ResourceKind,
} from "../../world.ts";
import { flag, given, number, tags, text } from "../../properties.ts";
import type { Key, KeyStore } from "./keys.ts";

const DEFAULT_DELETION_DAYS = 30;

/** `aws.kms.Key`: deleting it schedules its deletion, after which nothing can use it. */
export function keyKind(keys: KeyStore): ResourceKind {
  const apply = (key: Key, inputs: Properties) => {
    key.description = text(inputs, "description") ?? "Managed by Pulumi";
    key.rotation = flag(inputs, "enableKeyRotation") ?? false;
    key.policy = text(inputs, "policy");
    key.tags = tags(inputs);
    key.state = flag(inputs, "isEnabled") === false ? "Disabled" : "Enabled";
    return { ...given(inputs), ...outputsOf(key) };
  };
  return {
    type: "aws:kms/key:Key",
    replaceOn: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"],
    actions: { create: "kms:CreateKey", delete: "kms:ScheduleKeyDeletion" },
    async create(inputs) {
      const spec = (text(inputs, "customerMasterKeySpec") ?? "SYMMETRIC_DEFAULT") as Key["spec"];
      const key = keys.create({ spec, usage: text(inputs, "keyUsage") as Key["usage"] });
      return { id: key.id, outputs: apply(key, inputs) };
    },
    update: async (id, inputs) => apply(keys.get(id), inputs),
    async read(id, state) {
      const key = orUndefined(() => keys.get(id));
      if (!key || key.state === "PendingDeletion") return undefined;
      const outputs = { ...state, ...outputsOf(key) };
      return { id, outputs, inputs: { description: key.description, tags: key.tags } };
    },
    async delete(id, state) {
      const days = number(state, "deletionWindowInDays") ?? DEFAULT_DELETION_DAYS;
      keys.scheduleDeletion(keys.get(id), days);
    },
  };
}

function outputsOf(key: Key) {
  return {
    arn: key.arn,
    keyId: key.id,
    description: key.description,
    keyUsage: key.usage,
    customerMasterKeySpec: key.spec,
    enableKeyRotation: key.rotation,
    isEnabled: key.state === "Enabled",
    multiRegion: false,
    policy: key.policy ?? "",
    rotationPeriodInDays: key.rotation ? 365 : 0,
    tagsAll: key.tags,
  };
}

/** `aws.kms.Alias`. */
export function aliasKind(keys: KeyStore): ResourceKind {
  const outputsOfAlias = (name: string) => {
    const alias = keys.aliases().find((each) => each.name === name);
    if (!alias) return undefined;
    const key = keys.get(alias.keyId);
    return { arn: alias.arn, name, targetKeyArn: key.arn, targetKeyId: key.id };
  };
  return {
    type: "aws:kms/alias:Alias",
    replaceOn: ["name", "namePrefix"],
    actions: { create: "kms:CreateAlias", update: "kms:UpdateAlias", delete: "kms:DeleteAlias" },
    async create(inputs) {
      const name = text(inputs, "name") ?? "";
      keys.setAlias(name, text(inputs, "targetKeyId") ?? "");
      return { id: name, outputs: { ...given(inputs), ...outputsOfAlias(name) } };
    },
    async update(id, inputs) {
      keys.moveAlias(id, text(inputs, "targetKeyId") ?? "");
      return { ...given(inputs), ...outputsOfAlias(id) };
    },
    async read(id, state) {
      const outputs = outputsOfAlias(id);
      if (!outputs) return undefined;
      const { name, targetKeyId } = outputs;
      return { id, outputs: { ...state, ...outputs }, inputs: { name, targetKeyId } };
    },
    delete: async (id) => keys.removeAlias(id),
  };
}

/** `aws.kms.getAlias` and `aws.kms.getKey`. */
export function keyFunctions(keys: KeyStore): Readonly<Record<string, ProviderFunction>> {
  return {
    "aws:kms/getAlias:getAlias": async (args) => {
      const name = text(args, "name") ?? "";
      const key = keys.get(name);
      const arn = keys.aliases().find((alias) => alias.name === name)?.arn;
      return { id: arn, arn, name, targetKeyArn: key.arn, targetKeyId: key.id };
    },
    "aws:kms/getKey:getKey": async (args) => {
      const key = keys.get(text(args, "keyId") ?? "");
      return {
        ...outputsOf(key),
        id: key.id,
        enabled: key.state === "Enabled",
        keyState: key.state,
      };
    },
  };
}

function orUndefined<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
