import type { RedisConnection } from "./connection.ts";
import { databasesOf } from "./info.ts";

const KEYS_A_SCAN = 1_000;

export interface KeyBatch {
  readonly db: number;
  readonly keys: readonly Buffer[];
}

/**
 * All keys of a server in batches, database by database. Asks for the next batch while the caller works on
 * this one. A key may come twice, as `SCAN` says; keys that exist throughout come at least once.
 */
export async function* scanServer(connection: RedisConnection): AsyncGenerator<KeyBatch> {
  for (const db of await databasesOf(connection)) yield* scanDatabase(connection, db);
}

async function* scanDatabase(connection: RedisConnection, db: number): AsyncGenerator<KeyBatch> {
  await connection.ask("SELECT", db);
  let next: Promise<[string, Buffer[]]> | undefined = scanOnce(connection, "0");
  while (next) {
    const [cursor, keys]: [string, Buffer[]] = await next;
    next = cursor === "0" ? undefined : scanOnce(connection, cursor);
    // A rejection is seen by the next turn of the loop; until then it must not count as unhandled.
    next?.catch(() => undefined);
    if (keys.length > 0) yield { db, keys };
  }
}

async function scanOnce(connection: RedisConnection, cursor: string): Promise<[string, Buffer[]]> {
  const reply = await connection.ask("SCAN", cursor, "COUNT", KEYS_A_SCAN);
  const [next, keys] = reply as [Buffer, Buffer[]];
  return [next.toString(), keys];
}
