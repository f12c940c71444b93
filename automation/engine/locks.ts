import type pg from "pg";

/** Anything that can run a query: the pool, or a client of its own. */
export type Queryable = Pick<pg.Pool | pg.ClientBase, "query">;

/**
 * SQL that is true where a living process holds the lock of a name, given as an SQL expression. It looks without
 * taking the lock, so that nobody who takes it meanwhile fails.
 */
export function held(name: string): string {
  return `exists (
    select from pg_locks where locktype = 'advisory' and objsubid = 2 and granted
      and database = (select oid from pg_database where datname = current_database())
      and classid = ${unsigned("hashtext('godwit')")} and objid = ${unsigned(`hashtext(${name})`)})`;
}

/** As `pg_locks` shows the halves of an advisory lock. */
function unsigned(int4: string): string {
  return `(${int4}::bigint & 4294967295)::oid`;
}

/** Whether a living process holds the lock of this name. */
export async function isHeld(db: Queryable, name: string): Promise<boolean> {
  const { rows } = await db.query<{ held: boolean }>(`select ${held("$1::text")} as held`, [name]);
  return rows[0]!.held;
}

/** Takes the lock of a name for as long as the connection lives; false when somebody else has it. */
export async function takeLock(client: pg.ClientBase, name: string): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(
    "select pg_try_advisory_lock(hashtext('godwit'), hashtext($1)) as taken",
    [name],
  );
  return rows[0]!.taken;
}
