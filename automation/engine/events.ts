import { link, type ChainedEvent } from "../evidence/chain.ts";
import type { Json } from "../step.ts";
import type { Database } from "./database.ts";
import type pg from "pg";

const columns = "run, seq, at, type, key, data, prev, hash";

/** Anything that can run a query: the pool, or a client within a transaction. */
type Queryable = Pick<pg.Pool | pg.PoolClient, "query">;

/**
 * Appends an event to the run's evidence, once per `key`: a step that runs again after a kill finds its event there
 * and adds nothing. Returns whether the event is new.
 */
export async function appendEvent(
  db: Queryable,
  run: string,
  type: string,
  key: string,
  data: { readonly [key: string]: Json | undefined },
): Promise<boolean> {
  const plain = JSON.parse(JSON.stringify(data)) as Record<string, Json>;
  for (;;) {
    const { rows } = await db.query<ChainedEvent>(
      `select ${columns} from godwit.events where run = $1
         and (key = $2 or seq = (select max(seq) from godwit.events where run = $1)) order by seq`,
      [run, key],
    );
    if (rows.some((event) => event.key === key)) return false;
    const event = link(rows.at(-1), { run, at: new Date().toISOString(), type, key, data: plain });
    // Another writer may have taken the place: then this one looks again and goes behind it.
    if (await insert(db, event)) return true;
  }
}

async function insert(db: Queryable, event: ChainedEvent): Promise<boolean> {
  const { run, seq, at, type, key, data, prev, hash } = event;
  const { rowCount } = await db.query(
    `with placed as (
       insert into godwit.events (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict do nothing returning run)
     select pg_notify('godwit', run) from placed`,
    [run, seq, at, type, key, JSON.stringify(data), prev, hash],
  );
  return rowCount === 1;
}

/** The run's evidence after number `after`, in order. */
export async function readEvents(db: Database, run: string, after = -1): Promise<ChainedEvent[]> {
  const { rows } = await db.pool.query<ChainedEvent>(
    `select ${columns} from godwit.events where run = $1 and seq > $2 order by seq`,
    [run, after],
  );
  return rows;
}
