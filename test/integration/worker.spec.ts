import { execFileSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { openDatabase, type Database } from "../../automation/engine/database.ts";
import { followRun } from "../../automation/engine/follow.ts";
import { findTools } from "../../automation/tools.ts";
import { start, type LiveTwin } from "../../rehearsal/index.ts";
import { documentOf, Godwit, runIn } from "../support/godwit.ts";

/**
 * `run --execute` as for a real cloud, on a twin that takes the cloud's place through nothing but environment
 * variables; driven by a worker on a shared database and steered from other terminals.
 */
describe("a run by a worker on a shared database", function () {
  this.timeout(300_000);
  let godwit: Godwit;
  let twin: LiveTwin;
  let db: Database;
  let env: Record<string, string>;
  let worker: ChildProcess;
  let run: string;

  before(async () => {
    godwit = await Godwit.create();
    db = await openDatabase(godwit.home);
    twin = await start({
      ...{ home: godwit.home, world: "redis-encryption", scale: "tiny", seed: 1, faults: [] },
      onProgress: () => undefined,
    });
    env = {
      ...twin.environment.env,
      GODWIT_PROJECT: twin.environment.workDir,
      GODWIT_DATABASE_URL: db.url,
    };
    await encryptTheRequest();
    worker = await startWorker();
  });
  after(async () => {
    worker.kill("SIGKILL");
    await twin.down();
    await db.close();
    await godwit.remove();
  });

  /** As an operator would whose functional request carries a credential. The application refuses any other body. */
  async function encryptTheRequest(): Promise<void> {
    const body = JSON.stringify({ userId: "check", text: "encrypted" });
    const { pulumi } = await findTools();
    const options = {
      cwd: twin.environment.workDir,
      env: { ...process.env, ...env },
      stdio: "pipe" as const,
    };
    const call = (...args: string[]) => execFileSync(pulumi.found!.path, args, options);
    call("stack", "init", "rehearsal", "--non-interactive");
    call("config", "set", "--secret", "--path", "godwit:application.check.body", body);
  }

  async function startWorker(): Promise<ChildProcess> {
    const started = godwit.start(["worker", "--name", "mover"], env);
    for await (const line of started.stderr) if (String(line).includes("is ready")) break;
    return started;
  }

  const quiet = { event: () => undefined, progress: () => undefined };

  it("takes the run, and the command that started it ends at the gate with 3", async () => {
    const planned = await godwit.run(["run", "redis-encryption", "--stack", "rehearsal"], env);
    expect(planned.code, planned.stderr).to.equal(0);
    expect(planned.stdout).to.contain("Point of no return");

    const started = await godwit.run(
      ["run", "redis-encryption", "--stack", "rehearsal", "--execute"],
      env,
    );
    expect(started.code, started.stderr).to.equal(3);
    run = runIn(started);
    const { rows } = await db.pool.query("select executor from godwit.runs where run = $1", [run]);
    expect(rows[0]).to.deep.equal({ executor: "worker:mover" });
  });

  it("refuses a second run of the same stack", async () => {
    const second = await godwit.run(
      ["run", "redis-encryption", "--stack", "rehearsal", "--execute"],
      env,
    );
    expect(second.code).to.equal(4);
    expect(second.stderr).to.contain(run);
  });

  it("refuses a second worker of the same name", async () => {
    const second = await godwit.run(["worker", "--name", "mover"], env);
    expect(second.code).to.equal(4);
    expect(second.stderr).to.contain("mover");
  });

  it("goes on by itself once the gate is approved elsewhere, and when it is killed and started again", async () => {
    const approved = await godwit.run(["approve", run, "window"], env);
    expect(approved.code, approved.stderr).to.equal(0);
    await followRun(db, run, quiet, ({ step }) => step === "deploy-application");
    worker.kill("SIGKILL");
    await once(worker, "exit");

    const orphan = await godwit.run(["status", run], env);
    expect(orphan.stdout).to.contain(`godwit resume ${run}`);
    worker = await startWorker();
    const soaking = await followRun(db, run, quiet, ({ step, status }) => {
      return step === "soak" || status !== "running";
    });
    expect(soaking).to.include({ step: "soak", status: "running" });
  });

  it("rolls back from another terminal while it soaks, with every write", async () => {
    const back = await godwit.run(["rollback", run, "--json"], env);
    expect(back.code, back.stderr).to.equal(0);
    expect(documentOf(back).status).to.equal("rolled-back");
    const traffic = await twin.settle();
    expect(traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
  });
});
