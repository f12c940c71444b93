import {
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  type KeyObject,
} from "node:crypto";
import { AwsError } from "../../world.ts";

const DAY_MS = 86_400_000;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const ID_BYTES = 36;

export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly spec: "SYMMETRIC_DEFAULT" | "ECC_NIST_P256";
  readonly usage: "ENCRYPT_DECRYPT" | "SIGN_VERIFY";
  description: string;
  state: "Enabled" | "Disabled" | "PendingDeletion";
  rotation: boolean;
  policy: string | undefined;
  deletionDate: Date | undefined;
  tags: Readonly<Record<string, string>>;
  /** 256-bit AES key, or the private key that signs. Never leaves this process. */
  readonly secret: Buffer | KeyObject;
}

export type EncryptionContext = Readonly<Record<string, string>>;

/** The keys of the account: made, found by id, ARN or alias, and refusing when disabled. */
export class KeyStore {
  readonly #keys = new Map<string, Key>();
  readonly #aliases = new Map<string, string>();
  readonly #arn: (resource: string) => string;

  constructor(arn: (resource: string) => string) {
    this.#arn = arn;
  }

  create(options: Partial<Pick<Key, "spec" | "usage" | "description" | "tags" | "policy">>): Key {
    const id = randomUUID();
    const spec = options.spec ?? "SYMMETRIC_DEFAULT";
    const key: Key = {
      id,
      arn: this.#arn(`key/${id}`),
      createdAt: new Date(),
      spec,
      usage: options.usage ?? (spec === "SYMMETRIC_DEFAULT" ? "ENCRYPT_DECRYPT" : "SIGN_VERIFY"),
      description: options.description ?? "",
      state: "Enabled",
      rotation: false,
      policy: options.policy,
      deletionDate: undefined,
      tags: options.tags ?? {},
      secret: spec === "SYMMETRIC_DEFAULT" ? randomBytes(32) : newSigningKey(),
    };
    this.#keys.set(id, key);
    return key;
  }

  /** Finds a key by id, key ARN, `alias/name` or alias ARN; throws `NotFoundException`. */
  get(idOrAlias: string): Key {
    const name = idOrAlias.slice(idOrAlias.lastIndexOf(":") + 1);
    const id = name.startsWith("alias/") ? this.#aliases.get(name) : name.replace(/^key\//, "");
    const key = id === undefined ? undefined : this.#keys.get(id);
    if (key) return key;
    throw new AwsError("NotFoundException", `${idOrAlias} is not found.`);
  }

  /** Like {@link get}, and throws as KMS does when the key may not be used now. */
  usable(idOrAlias: string, usage: Key["usage"]): Key {
    const key = this.get(idOrAlias);
    if (key.state === "Disabled")
      throw new AwsError("DisabledException", `${key.arn} is disabled.`);
    if (key.state === "PendingDeletion") {
      throw new AwsError("KMSInvalidStateException", `${key.arn} is pending deletion.`);
    }
    if (key.usage !== usage) {
      const message = `${key.arn} key usage is ${key.usage} which is not valid for this operation.`;
      throw new AwsError("InvalidKeyUsageException", message);
    }
    return key;
  }

  list(): readonly Key[] {
    return [...this.#keys.values()];
  }

  scheduleDeletion(key: Key, days: number): void {
    key.state = "PendingDeletion";
    key.deletionDate = new Date(Date.now() + days * DAY_MS);
  }

  aliases(): readonly { name: string; arn: string; keyId: string }[] {
    return [...this.#aliases].map(([name, keyId]) => ({ name, arn: this.#arn(name), keyId }));
  }

  setAlias(name: string, keyId: string): void {
    if (this.#aliases.has(name)) {
      throw new AwsError("AlreadyExistsException", `An alias with the name ${name} already exists`);
    }
    this.#aliases.set(name, this.get(keyId).id);
  }

  moveAlias(name: string, keyId: string): void {
    this.removeAlias(name);
    this.#aliases.set(name, this.get(keyId).id);
  }

  removeAlias(name: string): void {
    if (!this.#aliases.delete(name)) {
      throw new AwsError("NotFoundException", `Alias ${name} is not found.`);
    }
  }

  encrypt(keyId: string, plain: Uint8Array, context: EncryptionContext = {}): Buffer {
    const key = this.usable(keyId, "ENCRYPT_DECRYPT");
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", key.secret, iv).setAAD(contextBytes(context));
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([Buffer.from(key.id), iv, cipher.getAuthTag(), body]);
  }

  decrypt(blob: Uint8Array, context: EncryptionContext = {}): { key: Key; plain: Buffer } {
    const bytes = Buffer.from(blob);
    const key = this.usable(bytes.subarray(0, ID_BYTES).toString(), "ENCRYPT_DECRYPT");
    const iv = bytes.subarray(ID_BYTES, ID_BYTES + IV_BYTES);
    const tag = bytes.subarray(ID_BYTES + IV_BYTES, ID_BYTES + IV_BYTES + TAG_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", key.secret, iv);
    decipher.setAAD(contextBytes(context)).setAuthTag(tag);
    try {
      const body = bytes.subarray(ID_BYTES + IV_BYTES + TAG_BYTES);
      return { key, plain: Buffer.concat([decipher.update(body), decipher.final()]) };
    } catch {
      throw new AwsError("InvalidCiphertextException", "The ciphertext cannot be decrypted.");
    }
  }
}

const newSigningKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

function contextBytes(context: EncryptionContext): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}
