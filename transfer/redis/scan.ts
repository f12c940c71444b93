import type { RedisConnection } from "./connection.ts";
import { databasesOf } from "./info.ts";

/** A thousand keys take the server a third of a millisecond; more would only make other clients wait. */
const KEYS_A_SCAN = 1_000;

/** Where a scan stands. Good only on the server process (`INFO`'s `run_id`) that gave the cursor. */
export interface ScanPosition {
  readonly db: number;
  readonly cursor: string;
}

export interface KeyBatch {
  readonly db: number;
  readonly keys: readonly Buffer[];
  /** A scan that starts here reads all that comes after this batch. */
  readonly next: ScanPosition;
}

/**
 * All keys of a server in batches, database by database, from a position on. Asks for the next batch while the
 * caller works on this one. A key may come twice, as `SCAN` says; keys that exist throughout come at least once.
 */
export async function* scanServer(
  connection: RedisConnection,
  from: ScanPosition = { db: 0, cursor: "0" },
): AsyncGenerator<KeyBatch> {
  for (const db of await databasesOf(connection)) {
    if (db === from.db) yield* scanDatabase(connection, from);
    else if (db > from.db) yield* scanDatabase(connection, { db, cursor: "0" });
  }
}

async function* scanDatabase(
  connection: RedisConnection,
  { db, cursor: begin }: ScanPosition,
): AsyncGenerator<KeyBatch> {
  await connection.ask("SELECT", db);
  let page: Promise<[string, Buffer[]]> | undefined = scanOnce(connection, begin);
  while (page) {
    const [cursor, keys]: [string, Buffer[]] = await page;
    page = cursor === "0" ? undefined : scanOnce(connection, cursor);
    // A rejection is seen by the next turn of the loop; until then it must not count as unhandled.
    page?.catch(() => undefined);
    const next = page ? { db, cursor } : { db: db + 1, cursor: "0" };
    if (keys.length > 0) yield { db, keys, next };
  }
}

async function scanOnce(connection: RedisConnection, cursor: string): Promise<[string, Buffer[]]> {
  const reply = await connection.ask("SCAN", cursor, "COUNT", KEYS_A_SCAN);
  const [next, keys] = reply as [Buffer, Buffer[]];
  return [next.toString(), keys];
}
