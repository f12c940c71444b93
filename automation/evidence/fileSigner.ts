import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { keyUnusable, type Signer } from "./sign.ts";

const OTHERS = 0o077;

/**
 * Signs with the Ed25519 key in a PEM file that only its owner can read. Made when absent and `create` is set.
 * Throws a usage error when the file is missing, open to others, or holds no such key.
 */
export function fileSigner(path: string, { create = false } = {}): Signer {
  if (!statSync(path, { throwIfNoEntry: false })) {
    if (!create) throw keyUnusable(path, "the file does not exist", makeOne(path));
    createKey(path);
  }
  if (statSync(path).mode & OTHERS) {
    throw keyUnusable(
      path,
      "other users can read it",
      `Use \`chmod 600 ${path}\`, or make a new key.`,
    );
  }
  const key = readKey(path);
  return {
    algorithm: "Ed25519",
    publicKey: () => Promise.resolve(publicPem(key)),
    sign: (bytes) => Promise.resolve(sign(null, bytes, key)),
  };
}

/** Appears whole or not at all, and never replaces a key that another process has made meanwhile. */
function createKey(path: string): void {
  const { privateKey } = generateKeyPairSync("ed25519");
  const partial = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(partial, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  try {
    linkSync(partial, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(partial);
  }
}

function readKey(path: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(path));
  } catch (error) {
    throw keyUnusable(path, "it holds no private key in PEM", makeOne(path), error);
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw keyUnusable(path, `it holds a key of type ${key.asymmetricKeyType}`, makeOne(path));
}

function publicPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
}

function makeOne(path: string): string {
  return `Make a key with \`openssl genpkey -algorithm ed25519 -out ${path}\` and \`chmod 600 ${path}\`.`;
}
