import { createPublicKey, randomBytes, sign, type KeyObject } from "node:crypto";
import type {
  AliasListEntry,
  CreateKeyCommandInput,
  DecryptCommandInput,
  EncryptCommandInput,
  GenerateDataKeyCommandInput,
  KeyMetadata,
  ListAliasesCommandInput,
  SignCommandInput,
} from "@aws-sdk/client-kms";
import { AwsError, type Action } from "../../world.ts";
import type { Key, KeyStore } from "./keys.ts";

const DATA_KEY_BYTES = { AES_128: 16, AES_256: 32 } as const;

type ByKey = { KeyId: string };

/** The KMS actions over the account's keys. */
export function keyActions(keys: KeyStore, account: string): Readonly<Record<string, Action>> {
  return {
    ...managementActions(keys, account),
    ...encryptionActions(keys),
    ...signatureActions(keys),
  };
}

function managementActions(keys: KeyStore, account: string): Record<string, Action> {
  return {
    CreateKey: async (input: CreateKeyCommandInput) => {
      const spec = input.KeySpec ?? "SYMMETRIC_DEFAULT";
      if (spec !== "SYMMETRIC_DEFAULT" && spec !== "ECC_NIST_P256") {
        throw new AwsError("UnsupportedOperationException", `KeySpec ${spec} is not supported.`);
      }
      const key = keys.create({ spec, description: input.Description, policy: input.Policy });
      return { KeyMetadata: metadata(key, account) };
    },
    DescribeKey: async ({ KeyId }: ByKey) => ({ KeyMetadata: metadata(keys.get(KeyId), account) }),
    ListKeys: async () => ({
      Keys: keys.list().map(({ id, arn }) => ({ KeyId: id, KeyArn: arn })),
      Truncated: false,
    }),
    ListAliases: async ({ KeyId }: ListAliasesCommandInput) => {
      const only = KeyId === undefined ? undefined : keys.get(KeyId).id;
      const Aliases: AliasListEntry[] = keys
        .aliases()
        .filter(({ keyId }) => only === undefined || keyId === only)
        .map(({ name, arn, keyId }) => ({ AliasName: name, AliasArn: arn, TargetKeyId: keyId }));
      return { Aliases, Truncated: false };
    },
    ListResourceTags: async ({ KeyId }: ByKey) => ({
      Tags: Object.entries(keys.get(KeyId).tags).map(([TagKey, TagValue]) => ({
        TagKey,
        TagValue,
      })),
      Truncated: false,
    }),
    GetKeyRotationStatus: async ({ KeyId }: ByKey) => ({
      KeyId,
      KeyRotationEnabled: keys.get(KeyId).rotation,
    }),
    EnableKey: async ({ KeyId }: ByKey) => setState(keys.get(KeyId), "Enabled"),
    DisableKey: async ({ KeyId }: ByKey) => setState(keys.get(KeyId), "Disabled"),
  };
}

function encryptionActions(keys: KeyStore): Record<string, Action> {
  return {
    Encrypt: async ({ KeyId, Plaintext, EncryptionContext }: EncryptCommandInput) => ({
      KeyId: keys.get(KeyId ?? "").arn,
      CiphertextBlob: keys.encrypt(KeyId ?? "", Plaintext ?? new Uint8Array(), EncryptionContext),
      EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
    }),
    Decrypt: async ({ CiphertextBlob, EncryptionContext, KeyId }: DecryptCommandInput) => {
      const { key, plain } = keys.decrypt(CiphertextBlob ?? new Uint8Array(), EncryptionContext);
      if (KeyId !== undefined && keys.get(KeyId) !== key) {
        const message = "The key ID in the request does not identify a key that can decrypt this.";
        throw new AwsError("IncorrectKeyException", message);
      }
      return { KeyId: key.arn, Plaintext: plain, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
    },
    GenerateDataKey: async (input: GenerateDataKeyCommandInput) => {
      const size = input.NumberOfBytes ?? DATA_KEY_BYTES[input.KeySpec ?? "AES_256"];
      const Plaintext = randomBytes(size);
      const CiphertextBlob = keys.encrypt(input.KeyId ?? "", Plaintext, input.EncryptionContext);
      return { KeyId: keys.get(input.KeyId ?? "").arn, Plaintext, CiphertextBlob };
    },
  };
}

function signatureActions(keys: KeyStore): Record<string, Action> {
  return {
    Sign: async ({ KeyId, Message, MessageType, SigningAlgorithm }: SignCommandInput) => {
      const key = keys.usable(KeyId ?? "", "SIGN_VERIFY");
      if (MessageType === "DIGEST" || SigningAlgorithm !== "ECDSA_SHA_256") {
        const message = "Only ECDSA_SHA_256 of a RAW message is supported here.";
        throw new AwsError("UnsupportedOperationException", message);
      }
      const Signature = sign("sha256", Message ?? new Uint8Array(), privateKey(key));
      return { KeyId: key.arn, Signature, SigningAlgorithm };
    },
    GetPublicKey: async ({ KeyId }: ByKey) => {
      const key = keys.usable(KeyId, "SIGN_VERIFY");
      const PublicKey = createPublicKey(privateKey(key)).export({
        type: "spki",
        format: "der",
      });
      return {
        KeyId: key.arn,
        PublicKey,
        KeySpec: key.spec,
        KeyUsage: key.usage,
        SigningAlgorithms: ["ECDSA_SHA_256"],
      };
    },
  };
}

const privateKey = ({ secret }: Key) => secret as KeyObject;

function setState(key: Key, state: "Enabled" | "Disabled"): object {
  if (key.state === "PendingDeletion") {
    throw new AwsError("KMSInvalidStateException", `${key.arn} is pending deletion.`);
  }
  key.state = state;
  return {};
}

function metadata(key: Key, account: string): KeyMetadata {
  return {
    AWSAccountId: account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.createdAt,
    Enabled: key.state === "Enabled",
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.state,
    DeletionDate: key.deletionDate,
    Origin: "AWS_KMS",
    KeyManager: "CUSTOMER",
    KeySpec: key.spec,
    MultiRegion: false,
  };
}
