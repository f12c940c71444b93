import type { ChildProcess } from "node:child_process";
import { rm } from "node:fs/promises";
import { expect } from "chai";
import { announceEngine, refuseEngineOutOfReach } from "../../../automation/engine/announce.ts";
import { EngineSecret } from "../../../automation/engine/engineSecret.ts";
import { createRun, updateRun } from "../../../automation/engine/runs.ts";
import { GodwitError } from "../../../automation/errors.ts";
import type { Runbook } from "../../../automation/step.ts";
import { redisEncryption } from "../../../runbooks/redis-encryption.ts";
import { end } from "../../support/childProcess.ts";
import { temporaryDatabase } from "../../support/database.ts";
import { RunWithMover } from "../../support/fakeMover.ts";
import { fakeParams } from "../../support/fakeRunbook.ts";
import { Godwit } from "../../support/godwit.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";
import { rejection } from "../../support/rejection.ts";
import { startSecretsManager, type SecretsManager } from "../../support/secretsManager.ts";
import { until } from "../../support/until.ts";

const ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:acme/godwit/engine-AbCdEf";

describe("the secret that tells a mover of its engine", function () {
  this.timeout(60_000);
  const database = temporaryDatabase();
  let secrets: SecretsManager;
  let redis: RedisServer;
  let godwit: Godwit;
  let worker: ChildProcess;
  let logged = "";
  before(async () => {
    secrets = await startSecretsManager();
    redis = await startRedis();
    godwit = await Godwit.create();
    const env = { ...secrets.env, GODWIT_ENGINE_SECRET: ARN };
    const started = godwit.start(["worker", "--mover"], env);
    started.stderr.on("data", (data) => (logged += String(data)));
    worker = started;
  });
  after(async () => {
    await end(worker);
    await redis.stop();
    secrets.close();
    await rm(godwit.home, { recursive: true });
  });

  /** Runs that the worker finds in the real registry. */
  async function newRun(): Promise<string> {
    const { name, version } = redisEncryption;
    const params = fakeParams({ runbook: name, version });
    await createRun(database.db, params, params.stack);
    return params.run;
  }

  const runbook: Runbook = {
    ...redisEncryption,
    engineSecret: (results) => results["prepare"]?.["arn"] as string | undefined,
  };
  const announcement = (run: string, env: Record<string, string>, results = {}) => ({
    ...{ db: database.db, run, runbook, results },
    environment: { env: { ...secrets.env, ...env }, workDir: "/", clockFactor: 1 },
  });
  const built = { prepare: { arn: ARN } };
  const onMover = { GODWIT_ENGINE_SECRET: ARN };

  async function inspect(run: string): Promise<unknown> {
    const mover = new RunWithMover(database.db, run).mover({
      announce: () => announceEngine(announcement(run, onMover, built)),
    });
    const { host, port } = redis.address;
    return (await mover.call("inspect", { server: { host, port } }))["keys"];
  }

  it("is waited for by `worker --mover`, which then executes the run's jobs", async () => {
    await until(() => logged.includes("Waiting to be told where the engine is."));
    const run = await newRun();
    expect(await inspect(run)).to.equal(0);
    expect(JSON.parse(secrets.values.get(ARN)!)).to.deep.equal({ database: database.db.url, run });
    expect(logged).to.contain(`Executing the jobs of run ${run}.`);
  });

  it("is written once a process, and not where it says so already", async () => {
    const run = await newRun();
    const writes = () => secrets.calls.filter((action) => action === "PutSecretValue").length;
    const before = writes();
    await announceEngine(announcement(run, onMover, built));
    await announceEngine(announcement(run, onMover, built));
    expect(writes()).to.equal(before + 1);

    const secret = new EngineSecret(ARN, secrets.env);
    expect(await secret.write({ database: database.db.url, run })).to.equal(false);
    expect(writes()).to.equal(before + 1);
  });

  it("gives the mover to another run as soon as it names that", async function () {
    this.timeout(20_000);
    const run = await newRun();
    expect(await inspect(run)).to.equal(0);
    expect(logged.trim().split("\n").at(-1)).to.contain(run);
  });

  it("is not written where the mover could not reach the engine, nor before there is a mover", async () => {
    const run = await newRun();
    const far = (await rejection(announceEngine(announcement(run, {}, built)))) as GodwitError;
    expect(far.explanation.code).to.equal("engine-out-of-reach");
    expect(far.message).to.contain("GODWIT_DATABASE_URL");
    const { db } = database;
    const environment = (env: Record<string, string>) => ({ env, workDir: "/", clockFactor: 1 });
    expect(() => refuseEngineOutOfReach(db, runbook, environment({}))).to.throw("cannot reach");
    refuseEngineOutOfReach(db, runbook, environment(onMover));
    refuseEngineOutOfReach(db, runbook, environment({ GODWIT_TWIN: "/twin" }));
    refuseEngineOutOfReach({ ...db, embedded: false }, runbook, environment({}));

    const early = (await rejection(announceEngine(announcement(run, onMover)))) as GodwitError;
    expect(early.explanation.code).to.equal("no-mover");
  });

  it("is not written for an ended run while another run of the stack uses the mover", async () => {
    const ended = await newRun();
    await updateRun(database.db, ended, { status: "failed" });
    const live = fakeParams();
    await database.db.pool.query("update godwit.runs set stack_key = 'shared' where run = $1", [
      ended,
    ]);
    await createRun(database.db, live, "shared");
    const busy = await rejection(announceEngine(announcement(ended, onMover, built)));
    expect((busy as GodwitError).explanation.code).to.equal("mover-busy");
    expect((busy as Error).message).to.contain(live.run);
  });

  it("is not told when it holds something else", async () => {
    secrets.values.set(ARN, "postgresql://user:hunter2@host/db");
    const wrong = (await rejection(new EngineSecret(ARN, secrets.env).read())) as GodwitError;
    expect(wrong.message).to.contain(ARN).and.not.contain("hunter2");
  });

  it("is in no table and in no log, and the mover ends in peace", async () => {
    worker.kill("SIGTERM");
    await until(() => worker.exitCode !== null);
    expect(worker.exitCode).to.equal(0);
    const { password } = new URL(database.db.url);
    const { rows } = await database.db.pool.query<{ table: string }>(
      "select table_name as table from information_schema.tables where table_schema = 'godwit'",
    );
    expect(rows.length).to.be.greaterThan(5);
    for (const { table } of rows) {
      const query = `select t::text as text from godwit.${table} t`;
      const content = await database.db.pool.query<{ text: string }>(query);
      expect(JSON.stringify(content.rows)).not.to.contain(password);
    }
    expect(logged).not.to.contain(password);
  });
});
