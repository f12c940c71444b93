import { generateKeyPairSync, sign } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetPublicKeyCommand, type KMSClient, type SignCommand } from "@aws-sdk/client-kms";
import { expect } from "chai";
import { kmsSigner } from "../../../automation/evidence/kmsSigner.ts";
import {
  fingerprintOf,
  isSignedBy,
  openSigner,
  signBytes,
} from "../../../automation/evidence/sign.ts";
import { memorySigner } from "./sample.ts";

const bytes = Buffer.from("what is signed");
const others = Buffer.from("what is not");

async function messageOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => "no error",
    (error: unknown) => (error as Error).message,
  );
}

describe("signing with a key file", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "godwit-key-"));
    file = join(folder, "keys", "evidence.pem");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("makes the key once, for its owner only", async () => {
    const first = await signBytes(await openSigner(file, { create: true }), bytes);
    const second = await signBytes(await openSigner(file, { create: true }), bytes);
    expect(second.fingerprint).to.equal(first.fingerprint);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(isSignedBy(first, bytes)).to.equal(true);
    expect(isSignedBy(first, others)).to.equal(false);
  });

  it("does not make one unasked", async () => {
    expect(await messageOf(openSigner(file))).to.contain("the file does not exist");
  });

  it("refuses a key that others can read", async () => {
    await openSigner(file, { create: true });
    chmodSync(file, 0o640);
    expect(await messageOf(openSigner(file)))
      .to.contain("other users can read it")
      .and.contain(`chmod 600 ${file}`);
  });

  it("refuses a file that holds no Ed25519 key", async () => {
    const path = join(folder, "other.pem");
    writeFileSync(path, "not a key", { mode: 0o600 });
    expect(await messageOf(openSigner(path))).to.contain("it holds no private key in PEM");
    const { privateKey } = generateKeyPairSync("x25519");
    writeFileSync(path, privateKey.export({ type: "pkcs8", format: "pem" }));
    expect(await messageOf(openSigner(path))).to.contain("it holds a key of type x25519");
  });
});

describe("signing with AWS KMS", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

  function kms(answers: { KeySpec?: string; error?: Error } = {}): KMSClient {
    const send = (command: GetPublicKeyCommand | SignCommand) => {
      if (answers.error) return Promise.reject(answers.error);
      if (command instanceof GetPublicKeyCommand) {
        const PublicKey = publicKey.export({ type: "spki", format: "der" });
        return Promise.resolve({
          PublicKey,
          KeySpec: answers.KeySpec ?? "ECC_NIST_P256",
          KeyUsage: "SIGN_VERIFY",
        });
      }
      const { Message, SigningAlgorithm, MessageType } = command.input;
      expect([SigningAlgorithm, MessageType]).to.deep.equal(["ECDSA_SHA_256", "RAW"]);
      return Promise.resolve({ Signature: sign("sha256", Message!, privateKey) });
    };
    return { send } as unknown as KMSClient;
  }

  it("gives a signature that holds without KMS", async () => {
    const signature = await signBytes(kmsSigner("alias/evidence", kms()), bytes);
    expect(signature.algorithm).to.equal("ECDSA_SHA_256");
    expect(isSignedBy(signature, bytes)).to.equal(true);
    expect(isSignedBy(signature, others)).to.equal(false);
  });

  it("refuses a key that is not for signing with P-256", async () => {
    const signer = kmsSigner("alias/evidence", kms({ KeySpec: "RSA_2048" }));
    expect(await messageOf(signBytes(signer, bytes))).to.contain("it is a key of type RSA_2048");
  });

  it("says what KMS answered and what is needed", async () => {
    const error = Object.assign(new Error("Not allowed."), { name: "AccessDeniedException" });
    const signer = kmsSigner("alias/evidence", kms({ error }));
    expect(await messageOf(signBytes(signer, bytes)))
      .to.contain("AWS KMS answered AccessDeniedException: Not allowed.")
      .and.contain("kms:Sign");
  });
});

describe("a signature", () => {
  it("does not hold under another key or algorithm, or when it is damaged", async () => {
    const signature = await signBytes(memorySigner(), bytes);
    const publicKey = await memorySigner().publicKey();
    expect(isSignedBy(signature, bytes)).to.equal(true);
    expect(isSignedBy({ ...signature, publicKey }, bytes)).to.equal(false);
    expect(isSignedBy({ ...signature, algorithm: "ECDSA_SHA_256" }, bytes)).to.equal(false);
    expect(isSignedBy({ ...signature, value: "" }, bytes)).to.equal(false);
    expect(isSignedBy({ ...signature, publicKey: "no key" }, bytes)).to.equal(false);
  });

  it("does not hold for a key of another kind than it claims", () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const signature = {
      algorithm: "ECDSA_SHA_256",
      fingerprint: "",
      publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
      value: sign("sha256", bytes, privateKey).toString("base64"),
    } as const;
    expect(isSignedBy(signature, bytes)).to.equal(false);
  });

  it("names its key by a fingerprint that depends on the key alone", async () => {
    const pem = await memorySigner().publicKey();
    expect(fingerprintOf(pem)).to.match(/^sha256:[0-9a-f]{64}$/);
    expect(fingerprintOf(pem.replaceAll("\n", "\r\n"))).to.equal(fingerprintOf(pem));
    expect(fingerprintOf(pem)).to.not.equal(fingerprintOf(await memorySigner().publicKey()));
  });
});
