import { createPublicKey } from "node:crypto";
import {
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
  type GetPublicKeyCommandOutput,
} from "@aws-sdk/client-kms";
import { keyUnusable, type Signer } from "./sign.ts";

const MAKE_ONE =
  "Make a key with `aws kms create-key --key-usage SIGN_VERIFY --key-spec ECC_NIST_P256` and allow " +
  "kms:GetPublicKey and kms:Sign on it.";

/**
 * Signs with an asymmetric key of AWS KMS (ECC_NIST_P256), which never leaves it. Credentials and region are
 * found the AWS SDK's usual way; an ARN brings its own region.
 */
export function kmsSigner(keyId: string, client: KMSClient = clientFor(keyId)): Signer {
  let key: Promise<string> | undefined;
  return {
    algorithm: "ECDSA_SHA_256",
    publicKey: () => (key ??= publicKeyOf(client, keyId)),
    sign: async (bytes) => {
      const { Signature } = await answered(keyId, () =>
        client.send(
          new SignCommand({
            KeyId: keyId,
            SigningAlgorithm: "ECDSA_SHA_256",
            MessageType: "RAW", // At most 4096 bytes; what evidence signs has a few hundred.
            Message: bytes,
          }),
        ),
      );
      return Signature ?? new Uint8Array();
    },
  };
}

function clientFor(keyId: string): KMSClient {
  const region = /^arn:[^:]+:kms:([^:]+):/.exec(keyId)?.[1];
  return new KMSClient(region ? { region } : {});
}

async function publicKeyOf(client: KMSClient, keyId: string): Promise<string> {
  const answer = await answered(keyId, () =>
    client.send(new GetPublicKeyCommand({ KeyId: keyId })),
  );
  if (!canSign(answer)) {
    const is = `it is a key of type ${answer.KeySpec} for ${answer.KeyUsage}`;
    throw keyUnusable(keyId, is, MAKE_ONE);
  }
  const der = Buffer.from(answer.PublicKey ?? []);
  const key = createPublicKey({ key: der, type: "spki", format: "der" });
  return key.export({ type: "spki", format: "pem" }).toString();
}

function canSign({ KeySpec, KeyUsage }: GetPublicKeyCommandOutput): boolean {
  return KeySpec === "ECC_NIST_P256" && KeyUsage === "SIGN_VERIFY";
}

async function answered<T>(keyId: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw keyUnusable(keyId, `AWS KMS answered ${why.replace(/\.$/, "")}`, MAKE_ONE, error);
  }
}
