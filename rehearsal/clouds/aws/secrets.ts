import { randomInt, randomUUID } from "node:crypto";
import type {
  CreateSecretCommandInput,
  PutSecretValueCommandInput,
} from "@aws-sdk/client-secrets-manager";
import { AwsError, type Part, type Properties, type ResourceKind, type World } from "../world.ts";
import { given, number, tags, text } from "../properties.ts";
import type { KeyStore } from "./kms/keys.ts";

const DAY_MS = 86_400_000;
const DEFAULT_RECOVERY_DAYS = 30;
const SUFFIX_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

interface Version {
  readonly id: string;
  readonly createdAt: Date;
  /** Encrypted under the secret's key, as the service keeps it. */
  readonly value: Buffer;
  stages: readonly string[];
}

interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly kmsKeyId: string | undefined;
  description: string;
  tags: Readonly<Record<string, string>>;
  versions: Version[];
  deletedAt: Date | undefined;
}

type ById = { SecretId: string; VersionStage?: string };

/** Secrets Manager: values are kept encrypted, and only in memory. */
export function createSecretsManager(world: World, keys: KeyStore): Part & SecretReader {
  const store = new SecretStore(world, keys);
  return {
    value: (secretId) => store.value(secretId).value,
    services: [
      {
        name: "secretsmanager",
        actions: {
          GetSecretValue: async ({ SecretId, VersionStage }: ById) => {
            const { secret, version, value } = store.value(SecretId, VersionStage);
            return {
              ARN: secret.arn,
              Name: secret.name,
              VersionId: version.id,
              SecretString: value,
              VersionStages: version.stages,
              CreatedDate: version.createdAt,
            };
          },
          CreateSecret: async (input: CreateSecretCommandInput) => created(store, input),
          PutSecretValue: async ({ SecretId, SecretString }: PutSecretValueCommandInput) => {
            const version = store.put(SecretId ?? "", SecretString ?? "");
            const { arn, name } = store.get(SecretId ?? "");
            return { ARN: arn, Name: name, VersionId: version.id, VersionStages: version.stages };
          },
          DescribeSecret: async ({ SecretId }: ById) => describe(store.get(SecretId)),
          ListSecrets: async () => ({ SecretList: store.list().map(describe) }),
        },
      },
    ],
    kinds: [secretKind(store), versionKind(store)],
    functions: {
      "aws:secretsmanager/getSecret:getSecret": async (args) => {
        const secret = store.get(text(args, "arn") ?? text(args, "name") ?? "");
        return { ...outputsOf(secret), id: secret.arn };
      },
    },
  };
}

export interface SecretReader {
  /** The current value; throws the service's error when there is none or its key is disabled. */
  value(secretId: string): string;
}

class SecretStore {
  readonly #secrets = new Map<string, Secret>();
  readonly #world: World;
  readonly #keys: KeyStore;
  readonly #serviceKey: string;

  constructor(world: World, keys: KeyStore) {
    this.#world = world;
    this.#keys = keys;
    this.#serviceKey = keys.create({ description: "Default key of Secrets Manager" }).id;
  }

  create(inputs: Properties): Secret {
    const name = text(inputs, "name") ?? "";
    const taken = this.#secrets.get(name);
    if (taken?.deletedAt) {
      const message =
        "You can't create this secret because a secret with this name is already scheduled for deletion.";
      throw new AwsError("InvalidRequestException", message);
    }
    if (taken) {
      const message = `The operation failed because the secret ${name} already exists.`;
      throw new AwsError("ResourceExistsException", message);
    }
    const kmsKeyId = text(inputs, "kmsKeyId");
    const secret: Secret = {
      name,
      arn: this.#world.account.arn("secretsmanager", `secret:${name}-${suffix()}`),
      createdAt: new Date(),
      kmsKeyId: kmsKeyId && this.#keys.usable(kmsKeyId, "ENCRYPT_DECRYPT").arn,
      description: text(inputs, "description") ?? "",
      tags: tags(inputs),
      versions: [],
      deletedAt: undefined,
    };
    this.#secrets.set(name, secret);
    return secret;
  }

  list(): readonly Secret[] {
    return [...this.#secrets.values()].filter((secret) => !secret.deletedAt);
  }

  find(id: string): Secret | undefined {
    const partial = (arn: string) => arn.replace(/-[A-Za-z]{6}$/, "");
    return this.list().find(({ name, arn }) => id === name || id === arn || id === partial(arn));
  }

  get(id: string): Secret {
    const found = this.find(id);
    if (found) return found;
    const message = "Secrets Manager can't find the specified secret.";
    throw new AwsError("ResourceNotFoundException", message);
  }

  value(id: string, stage = "AWSCURRENT") {
    const secret = this.get(id);
    const version = secret.versions.find(({ stages }) => stages.includes(stage));
    if (!version) {
      const message = `Secrets Manager can't find the specified secret value for staging label: ${stage}`;
      throw new AwsError("ResourceNotFoundException", message);
    }
    const { plain } = this.#keys.decrypt(version.value, { SecretARN: secret.arn });
    return { secret, version, value: plain.toString("utf8") };
  }

  put(id: string, value: string): Version {
    const secret = this.get(id);
    for (const version of secret.versions) {
      version.stages = version.stages.includes("AWSCURRENT") ? ["AWSPREVIOUS"] : [];
    }
    const key = secret.kmsKeyId ?? this.#serviceKey;
    const version: Version = {
      id: randomUUID(),
      createdAt: new Date(),
      value: this.#keys.encrypt(key, Buffer.from(value), { SecretARN: secret.arn }),
      stages: ["AWSCURRENT"],
    };
    secret.versions.push(version);
    return version;
  }

  /** Zero days: at once; else the name stays taken until then. */
  delete(id: string, recoveryDays: number): void {
    const secret = this.get(id);
    if (recoveryDays === 0) this.#secrets.delete(secret.name);
    else secret.deletedAt = new Date(Date.now() + recoveryDays * DAY_MS);
  }
}

/** Without a value the secret has no version, and reading it is refused. */
function created(store: SecretStore, input: CreateSecretCommandInput) {
  const { arn, name } = store.create({
    name: input.Name,
    description: input.Description,
    kmsKeyId: input.KmsKeyId,
    tags: Object.fromEntries(input.Tags?.map(({ Key, Value }) => [Key, Value]) ?? []),
  });
  const version = input.SecretString && store.put(arn, input.SecretString);
  return { ARN: arn, Name: name, ...(version && { VersionId: version.id }) };
}

function secretKind(store: SecretStore): ResourceKind {
  return {
    type: "aws:secretsmanager/secret:Secret",
    replaceOn: ["name", "namePrefix"],
    actions: { create: "secretsmanager:CreateSecret", delete: "secretsmanager:DeleteSecret" },
    async create(inputs) {
      const secret = store.create(inputs);
      return { id: secret.arn, outputs: { ...given(inputs), ...outputsOf(secret) } };
    },
    async update(id, inputs) {
      const secret = store.get(id);
      secret.description = text(inputs, "description") ?? "";
      secret.tags = tags(inputs);
      return { ...given(inputs), ...outputsOf(secret) };
    },
    async read(id, state) {
      const secret = store.find(id);
      if (!secret) return undefined;
      const { name, description } = secret;
      const inputs = { name, description, ...(secret.kmsKeyId && { kmsKeyId: secret.kmsKeyId }) };
      return { id: secret.arn, outputs: { ...state, ...outputsOf(secret) }, inputs };
    },
    async delete(id, state) {
      store.delete(id, number(state, "recoveryWindowInDays") ?? DEFAULT_RECOVERY_DAYS);
    },
  };
}

function versionKind(store: SecretStore): ResourceKind {
  const put = (inputs: Properties) => {
    const secretId = text(inputs, "secretId") ?? "";
    const version = store.put(secretId, text(inputs, "secretString") ?? "");
    const arn = store.get(secretId).arn;
    const outputs = { arn, versionId: version.id, versionStages: version.stages };
    return { id: `${secretId}|${version.id}`, outputs: { ...given(inputs), ...outputs } };
  };
  return {
    type: "aws:secretsmanager/secretVersion:SecretVersion",
    replaceOn: ["secretId", "secretString", "secretBinary"],
    secrets: ["secretString", "secretBinary"],
    actions: { create: "secretsmanager:PutSecretValue" },
    create: async (inputs) => put(inputs),
    update: async (_id, inputs, state) => ({ ...state, ...given(inputs) }),
    async read(id, state) {
      const [secretId = "", versionId] = id.split("|");
      const version = store.find(secretId)?.versions.find((each) => each.id === versionId);
      if (!version) return undefined;
      const outputs = { ...state, versionId, versionStages: version.stages };
      return { id, outputs, inputs: { secretId } };
    },
    // The service keeps versions until their secret is deleted.
    async delete() {},
  };
}

function describe(secret: Secret) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    CreatedDate: secret.createdAt,
    LastChangedDate: secret.versions.at(-1)?.createdAt ?? secret.createdAt,
    Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
    VersionIdsToStages: Object.fromEntries(secret.versions.map(({ id, stages }) => [id, stages])),
  };
}

function outputsOf(secret: Secret) {
  return {
    arn: secret.arn,
    name: secret.name,
    description: secret.description,
    policy: "",
    replicas: [],
    tagsAll: secret.tags,
  };
}

const suffix = () =>
  Array.from({ length: 6 }, () => SUFFIX_LETTERS[randomInt(SUFFIX_LETTERS.length)]).join("");
