import pg from "pg";
import { failure } from "../errors.ts";
import { ensureEmbeddedPostgres, stopEmbeddedPostgres } from "./embeddedPostgres.ts";
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
  const given = process.env["GODWIT_DATABASE_URL"];
  const url = given ?? (await ensureEmbeddedPostgres(home));
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  // An idle connection that breaks is noticed by the next query; without a listener it would end the process.
  pool.on("error", () => undefined);
  await createTables(pool);
  return {
    url,
    pool,
    embedded: given === undefined,
    close: async () => {
      const last = given === undefined && (await isLastClient(pool));
      await pool.end();
      if (last) await stopEmbeddedPostgres(home);
    },
  };
}

async function createTables(pool: pg.Pool): Promise<void> {
  try {
    await exclusively(pool, "godwit-schema", (client) => client.query(schema));
  } catch (error) {
    throw lostDatabase(error);
  }
}

/** Runs `work` in one transaction under an advisory lock, so that two starting processes take turns. */
async function exclusively(
  pool: pg.Pool,
  name: string,
  work: (client: pg.PoolClient) => Promise<unknown>,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtext($1))", [name]);
    await work(client);
  });
}

export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
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
