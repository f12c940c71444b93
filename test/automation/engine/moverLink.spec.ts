import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import pg from "pg";
import { openDatabase, type Database } from "../../../automation/engine/database.ts";
import { stopEmbeddedPostgres } from "../../../automation/engine/embeddedPostgres.ts";
import { temporaryDatabase } from "../../support/database.ts";
import { RunWithMover } from "../../support/fakeMover.ts";
import { effects } from "../../support/fakeRunbook.ts";
import { until } from "../../support/until.ts";

describe("a mover and its engine's database", function () {
  this.timeout(30_000);
  const database = temporaryDatabase();
  let run: RunWithMover;
  let reopened: Database | undefined;
  beforeEach(async () => {
    run = await RunWithMover.create(database.db);
  });
  afterEach(async () => {
    await run.end();
    await reopened?.close();
    reopened = undefined;
  });

  const hasBegun = (file: string) => until(() => effects(run.folder).includes(`${file} begins`));

  it("share the jobs of a run among several movers, each job to one", async () => {
    run.serve();
    run.serve();
    const mover = run.mover();
    const jobs = Array.from({ length: 10 }, () => mover.call("waits", { until: "go" }));
    await until(() => effects(run.folder).length === 10);
    run.write("go");
    expect(await Promise.all(jobs)).to.deep.equal(
      jobs.map(() => ({ attempt: 1, checkpoint: null })),
    );
  });

  it("do not keep a job from a mover that has claimed it: the one before stops at once", async () => {
    run.serve();
    const called = run.mover().call("waits", { until: "go" });
    await hasBegun("go");
    // As another mover would whom the first one's lock does not stop.
    await database.db.pool.query(
      "update godwit.jobs set attempt = attempt + 1, executor = 'other' where run = $1",
      [run.run],
    );
    await until(() => effects(run.folder).includes("go ends"));
    run.write("go");
    // Nobody holds the other's lock, so the job is free again.
    expect(await called).to.include({ attempt: 3 });
  });

  it("keep an embedded database up while the mover is connected, and not longer", async () => {
    const home = await mkdtemp(join(tmpdir(), "godwit-test-"));
    await chmod(home, 0o755);
    const own = await openDatabase(home);
    const served = await RunWithMover.create(own);
    const end = served.serve();
    await served.mover().call("echo", {});
    await own.close();
    expect(await answersAt(own.url)).to.equal(true);
    await end();
    await (await openDatabase(home)).close();
    expect(await answersAt(own.url)).to.equal(false);
    await rm(home, { recursive: true });
  });

  it("part without harm to a job: it goes on, and its result arrives when they meet again", async () => {
    let address = run.address;
    run.serve(() => address);
    await run.mover().start("waits", { until: "go" });
    await hasBegun("go");
    await stopEmbeddedPostgres(database.home);
    run.write("go");
    await until(() => effects(run.folder).includes("go ends"));

    reopened = await openDatabase(database.home);
    address = { ...address, database: reopened.url };
    const stored = async () => {
      const query = "select status, attempt from godwit.jobs where run = $1";
      return (await reopened!.pool.query<{ status: string }>(query, [run.run])).rows[0];
    };
    await until(async () => (await stored())?.status !== "running");
    expect(await stored()).to.deep.equal({ status: "succeeded", attempt: 1 });
  });
});

async function answersAt(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}
