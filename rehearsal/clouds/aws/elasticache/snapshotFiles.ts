import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { copyFile, mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants } from "node:fs";
import type { RedisServer } from "../../../servers/redis.ts";
import type { KeyStore } from "../kms/keys.ts";
import type { SnapshotFile } from "./model.ts";

const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const DATA_KEY_BYTES = 32;

/** Has a server write its data and keeps it in `folder`, encrypted when there is a key. */
export async function saveSnapshot(
  server: RedisServer,
  folder: string,
  name: string,
  keys: KeyStore,
  kmsKeyId: string | undefined,
): Promise<SnapshotFile> {
  const usedMemory = Number((await server.info())["used_memory"]);
  const written = await server.save();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${name}.rdb`);
  const { size: bytes } = await stat(written);
  if (kmsKeyId === undefined) {
    await rename(written, path);
    return { path, bytes, usedMemory };
  }
  const key = randomBytes(DATA_KEY_BYTES);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv);
  await pipeline(createReadStream(written), cipher, createWriteStream(path, { mode: 0o600 }));
  await rm(written);
  const encryption = { dataKey: keys.encrypt(kmsKeyId, key), iv, tag: cipher.getAuthTag() };
  return { path, bytes, usedMemory, encryption };
}

/**
 * Puts a snapshot's data where a new server loads it from.
 * @throws the errors of KMS when the key that it is encrypted under cannot be used.
 */
export async function restoreSnapshot(
  file: SnapshotFile,
  dataDir: string,
  keys: KeyStore,
): Promise<void> {
  const target = join(dataDir, "dump.rdb");
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  if (!file.encryption) {
    await copyFile(file.path, target, constants.COPYFILE_FICLONE);
    return;
  }
  const { dataKey, iv, tag } = file.encryption;
  const decipher = createDecipheriv(CIPHER, keys.decrypt(dataKey).plain, iv).setAuthTag(tag);
  await pipeline(createReadStream(file.path), decipher, createWriteStream(target, { mode: 0o600 }));
}
