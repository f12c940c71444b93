import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, type Database } from "../../automation/engine/database.ts";
import { stopEmbeddedPostgres } from "../../automation/engine/embeddedPostgres.ts";

export interface TemporaryDatabase {
  readonly db: Database;
  /** The `GODWIT_HOME` it lives in. */
  readonly home: string;
}

/** A `GODWIT_HOME` of its own with an engine database, gone when the tests around the call have finished. */
export function temporaryDatabase(): TemporaryDatabase {
  let database: TemporaryDatabase;
  before(async () => {
    const home = await mkdtemp(join(tmpdir(), "godwit-test-"));
    // The database's unprivileged user has to get in.
    await chmod(home, 0o755);
    database = { home, db: await openDatabase(home) };
  });
  after(async () => {
    await database.db.close();
    await stopEmbeddedPostgres(database.home);
    await rm(database.home, { recursive: true, force: true });
  });
  return {
    get db() {
      return database.db;
    },
    get home() {
      return database.home;
    },
  };
}
