import { link, type ChainedEvent } from "../evidence/chain.ts";
import type { Json } from "../step.ts";
import { inTransaction, type Database } from "./database.ts";
import type pg from "pg";

const columns = "run, seq, at, type, key, data, prev, hash";

/**
 * Appends an event to the run's evidence, once per `key`: a step that runs again after a kill finds its
 * event there and adds nothing.
 */
export async function appendEvent(
  db: Database,
  run: string,
  type: string,
  key: string,
  data: { readonly [key: string]: Json | undefined },
): Promise<void> {
  await inTransaction(db.pool, (client) => appendEventIn(client, run, type, key, data));
}

/** `appendEvent` as part of the caller's transaction. Returns whether the event is new. */
export async function appendEventIn(
  client: pg.PoolClient,
  run: string,
  type: string,
  key: string,
  data: { readonly [key: string]: Json | undefined },
): Promise<boolean> {
  // The run's row is the lock: the chain has one end, and one writer at a time extends it.
  await client.query("select 1 from godwit.runs where run = $1 for update", [run]);
  const known = await client.query("select 1 from godwit.events where run = $1 and key = $2", [
    run,
    key,
  ]);
  if (known.rowCount !== 0) return false;
  const last = await client.query<ChainedEvent>(
    `select ${columns} from godwit.events where run = $1 order by seq desc limit 1`,
    [run],
  );
  const plain = JSON.parse(JSON.stringify(data)) as Record<string, Json>;
  const at = new Date().toISOString();
  const event = link(last.rows[0], { run, at, type, key, data: plain });
  await client.query(
    `insert into godwit.events (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      run,
      event.seq,
      event.at,
      event.type,
      event.key,
      JSON.stringify(event.data),
      event.prev,
      event.hash,
    ],
  );
  await client.query("select pg_notify('godwit', $1)", [run]);
  return true;
}

/** The run's evidence after number `after`, in order. */
export async function readEvents(db: Database, run: string, after = -1): Promise<ChainedEvent[]> {
  const { rows } = await db.pool.query<ChainedEvent>(
    `select ${columns} from godwit.events where run = $1 and seq > $2 order by seq`,
    [run, after],
  );
  return rows;
}
