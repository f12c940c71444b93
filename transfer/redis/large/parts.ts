import { randomUUID } from "node:crypto";
import { RedisConnection, type RedisAddress } from "../connection.ts";
import { scanServer } from "../scan.ts";

/** How keys begin that hold a large value while it is being put together on the target. */
const PREFIX = Buffer.from("godwit:part:");

/** A name that no earlier attempt has used, so that a late command of one cannot mix into this. */
export function partName(): Buffer {
  return Buffer.concat([PREFIX, Buffer.from(randomUUID())]);
}

/** Whether a key is an unfinished value of ours and no data. */
export function isPart(key: Buffer): boolean {
  return key.length > PREFIX.length && key.subarray(0, PREFIX.length).equals(PREFIX);
}

/**
 * Removes what killed copies have left behind on a target, in all databases; returns how many. A RENAME of theirs that
 * the server has not executed yet then finds nothing to rename. Only while no large key is being copied.
 */
export async function removeParts(target: RedisAddress): Promise<number> {
  const connection = await RedisConnection.open(target);
  const remover = await RedisConnection.open(target).catch((error: unknown) => {
    connection.close();
    throw error;
  });
  try {
    let removed = 0;
    for await (const { db, keys } of scanServer(connection)) {
      const parts = keys.filter(isPart);
      if (parts.length === 0) continue;
      await remover.ask("SELECT", db);
      removed += (await remover.ask("UNLINK", ...parts)) as number;
    }
    return removed;
  } finally {
    connection.close();
    remover.close();
  }
}
