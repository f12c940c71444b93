import { createHash, createPublicKey, verify } from "node:crypto";
import { usageError } from "../errors.ts";

export type Algorithm = "Ed25519" | "ECDSA_SHA_256";

/** Whoever vouches for a run's record: a key file or a key in AWS KMS. */
export interface Signer {
  readonly algorithm: Algorithm;
  /** In PEM. */
  publicKey(): Promise<string>;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

export interface Signature {
  readonly algorithm: Algorithm;
  readonly fingerprint: string;
  /** In PEM. */
  readonly publicKey: string;
  /** In Base64. */
  readonly value: string;
}

const KMS_PREFIX = "awskms:";

/**
 * The signer that a setting names: `awskms:<alias, id or ARN>`, or the path of an Ed25519 key in PEM, which is
 * created when it is absent and `create` allows it.
 */
export async function openSigner(key: string, { create = false } = {}): Promise<Signer> {
  if (key.startsWith(KMS_PREFIX)) {
    const { kmsSigner } = await import("./kmsSigner.ts");
    return kmsSigner(key.slice(KMS_PREFIX.length));
  }
  const { fileSigner } = await import("./fileSigner.ts");
  return fileSigner(key, { create });
}

export async function signBytes(signer: Signer, bytes: Uint8Array): Promise<Signature> {
  const publicKey = await signer.publicKey();
  const value = Buffer.from(await signer.sign(bytes)).toString("base64");
  return { algorithm: signer.algorithm, fingerprint: fingerprintOf(publicKey), publicKey, value };
}

/** Whether a signature is over these bytes and by the key it carries. A key that cannot be read is a no. */
export function isSignedBy({ algorithm, publicKey, value }: Signature, bytes: Uint8Array): boolean {
  try {
    const key = createPublicKey(publicKey);
    const digest = algorithm === "Ed25519" ? null : "sha256";
    const expected = algorithm === "Ed25519" ? "ed25519" : "ec";
    if (key.asymmetricKeyType !== expected) return false;
    return verify(digest, bytes, key, Buffer.from(value, "base64"));
  } catch {
    return false;
  }
}

/** Names a public key in few characters: `sha256:` and the hash of its DER form in hex. Throws if it is no key. */
export function fingerprintOf(publicKey: string): string {
  const der = createPublicKey(publicKey).export({ type: "spki", format: "der" });
  return `sha256:${createHash("sha256").update(der).digest("hex")}`;
}

export function keyUnusable(key: string, why: string, next: string, cause?: unknown) {
  const error = usageError(
    "evidence-key",
    `The evidence cannot be signed with ${key}: ${why}.`,
    next,
  );
  error.cause = cause;
  return error;
}
