import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { openDatabase } from "../../automation/engine/database.ts";
import { stopEmbeddedPostgres } from "../../automation/engine/embeddedPostgres.ts";
import { listRuns } from "../../automation/engine/runs.ts";
import { documentOf, expectNoStackTrace, Godwit, said, type Outcome } from "../support/godwit.ts";
import { TwinCloud } from "../support/twinCloud.ts";

/** One move whose engine loses its database; each test takes it up where the one before left it. */
describe("the engine's database, lost during a move", function () {
  this.timeout(120_000);
  let godwit: Godwit;
  let driver: Outcome;
  let run: string;

  before(async () => {
    godwit = await Godwit.create();
    const rehearse = ["rehearse", "redis-encryption", "--mode", "offline", "--scale", "tiny"];
    const driving = godwit.run([...rehearse, "--keep", "--json"]);
    run = await runAt("restore");
    process.kill(await postmaster(), "SIGKILL");
    driver = await driving;
  });
  after(async () => {
    await godwit.remove();
  });

  /** Name of the run, once it is in this step. */
  async function runAt(step: string): Promise<string> {
    const db = await openDatabase(godwit.home);
    try {
      for (;;) {
        const [newest] = await listRuns(db);
        if (newest?.step === step) return newest.run;
        await delay(20);
      }
    } finally {
      await db.pool.end();
    }
  }

  async function postmaster(): Promise<number> {
    const file = join(godwit.home, "postgres", "data", "postmaster.pid");
    return Number((await readFile(file, "utf8")).split("\n")[0]);
  }

  it("ends the driver with one paragraph that says what to do", () => {
    expect(driver.code, driver.stderr).to.equal(1);
    expect(driver.stderr.trim().split("\n").at(-1)).to.contain('"code":"engine-database-lost"');
    expect(said(driver)).to.contain("The engine's database does not answer: ");
    expect(said(driver)).to.contain("The run stopped where it was");
    expect(said(driver)).to.contain("Bring the database back and use `godwit resume");
    expect(driver.stdout).to.equal("");
    expectNoStackTrace(driver);
  });

  it("is brought back by resume, which goes on where the run was: nothing lost, nothing twice", async () => {
    const resumed = await godwit.run(["resume", run, "--json"]);
    expect(resumed.code, resumed.stderr).to.equal(0);
    const { status, steps, traffic } = documentOf(resumed);
    expect(status).to.equal("completed");
    expect(traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
    const statusOf = (id: string) => steps.find((step) => step.id === id)?.status;
    expect(statusOf("snapshot")).to.equal("replayed");
    expect(statusOf("restore")).to.equal("succeeded");
    const cloud = await TwinCloud.in(godwit.home);
    expect(await cloud.snapshotPurposes()).to.deep.equal(["final", "pre-encryption"]);
    expect(await cloud.taskDefinitionRevisions()).to.equal(2);
  });

  it("is gone for good when its folder is: resume knows no such run and says how to go on", async () => {
    await stopEmbeddedPostgres(godwit.home);
    await rm(join(godwit.home, "postgres"), { recursive: true });
    const resumed = await godwit.run(["resume", run]);
    expect(resumed.code, resumed.stderr).to.equal(2);
    expect(said(resumed)).to.contain(`There is no run ${run} in the engine's database`);
    expect(said(resumed)).to.contain("If the database was lost, start the move again");
    expectNoStackTrace(resumed);
  });
});
