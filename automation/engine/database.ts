import { existsSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { failure } from "../errors.ts";
import { stopEmbeddedPostgres, withEmbeddedPostgres } from "./embeddedPostgres.ts";
import { schema } from "./schema.ts";

/** The engine's Postgres, opened by one process. */
export interface Database {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Embedded in this home, rather than shared by several machines. */
  readonly embedded: boolean;
  close(): Promise<void>;
}

/**
 * Opens `GODWIT_DATABASE_URL`, or the embedded Postgres of `home`, and makes sure of its tables.
 * Closing the last connection to an embedded one stops it.
 */
export async function openDatabase(home: string): Promise<Database> {
  const given = sharedUrl();
  if (given) {
    const pool = await connect(given);
    return { url: given, pool, embedded: false, close: () => pool.end() };
  }
  return await withEmbeddedPostgres(home, async (url) => {
    const pool = await connect(url);
    return { url, pool, embedded: true, close: () => leaveEmbedded(home, pool) };
  });
}

/** Whether there is one already: runs can only be where there is. */
export function hasDatabase(home: string): boolean {
  return sharedUrl() !== undefined || existsSync(join(home, "postgres"));
}

/** A pipeline hands over a secret that is not set as empty text. */
function sharedUrl(): string | undefined {
  return process.env["GODWIT_DATABASE_URL"] || undefined;
}

async function connect(url: string): Promise<pg.Pool> {
  // Connections stay open while they are idle: the server's last user is who has the last one.
  const pool = new pg.Pool({ connectionString: url, max: 10, idleTimeoutMillis: 0 });
  // An idle connection that breaks is noticed by the next query; without a listener it would end the process.
  pool.on("error", () => undefined);
  await createTables(pool);
  return pool;
}

async function leaveEmbedded(home: string, pool: pg.Pool): Promise<void> {
  await stopEmbeddedPostgres(home, async () => {
    const last = await isLastClient(pool);
    await pool.end();
    return last;
  });
}

async function createTables(pool: pg.Pool): Promise<void> {
  try {
    const client = await pool.connect();
    await underLock(client).finally(() => client.release());
  } catch (error) {
    throw lostDatabase(error);
  }
}

/** Two starting processes take turns: creating the same table at once is an error in Postgres. */
async function underLock(client: pg.PoolClient): Promise<void> {
  await client.query("begin");
  await client.query("select pg_advisory_xact_lock(hashtext('godwit-schema'))");
  await client.query(schema);
  await client.query("commit");
}

/** True where no other process is connected: all connections that exist are this pool's own. */
async function isLastClient(pool: pg.Pool): Promise<boolean> {
  try {
    const { rows } = await pool.query<{ clients: number }>(
      "select count(*)::int as clients from pg_stat_activity where backend_type = 'client backend'",
    );
    return (rows[0]?.clients ?? 0) <= pool.totalCount;
  } catch {
    return false;
  }
}

/** Whether the database still answers. */
export async function answers({ pool }: Database): Promise<boolean> {
  try {
    await pool.query("select 1");
    return true;
  } catch {
    return false;
  }
}

export function lostDatabase(cause: unknown) {
  const why = cause instanceof Error ? cause.message : String(cause);
  return failure(
    "engine-database-lost",
    `The engine's database does not answer: ${why}.`,
    "The run stopped where it was: what its last finished step reached stays as it is.",
    "Bring the database back and use `godwit resume RUN`; if it is lost for good, start the move again: it finds what exists and says what has to go first.",
    cause,
  );
}
