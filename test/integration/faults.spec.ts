import { readdirSync, readFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { stopEmbeddedPostgres } from "../../automation/engine/embeddedPostgres.ts";
import { open, type LiveTwin } from "../../rehearsal/index.ts";
import {
  documentOf,
  expectNoStackTrace,
  Godwit,
  runIn,
  said,
  type Outcome,
} from "../support/godwit.ts";
import { TwinCloud } from "../support/twinCloud.ts";

const BUILDING_THE_GROUP = /"step":"restore","doing":"create/;

/** One move that meets faults while the application stands still; each test takes it up where the one before left it. */
describe("a move that fails while the application stands still", function () {
  this.timeout(120_000);
  let godwit: Godwit;
  let twin: LiveTwin;
  let cloud: TwinCloud;
  let run: string;
  let last: Outcome;

  before(async () => {
    godwit = await Godwit.create();
    last = await godwit.run([
      ...["rehearse", "redis-encryption", "--mode", "offline", "--scale", "tiny"],
      ...["--keep", "--json"],
      ...["--fault", "full@redis.source"],
    ]);
    run = runIn(last);
    cloud = await TwinCloud.in(godwit.home);
    twin = await open(cloud.dir);
  });
  after(async () => {
    await godwit.remove();
  });

  /** Exit code 1 with one paragraph, no write lost, and the application on the source again, by itself. */
  async function expectBackOnSource(step: string, sentence: string): Promise<void> {
    expect(last.code, last.stderr).to.equal(1);
    expect(said(last)).to.contain(`Step ${step}: ${sentence}`);
    expect(said(last)).to.contain(
      "The steps that had stopped the service were undone: it runs on the source, nothing is lost.",
    );
    expect(said(last)).to.contain(`godwit resume ${run}`);
    expectNoStackTrace(last);
    const { status, steps, traffic } = documentOf(last);
    expect(status).to.equal("failed");
    expect(traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
    const undone = steps.filter((other) => other.status === "undone").map(({ id }) => id);
    expect(undone).to.include.members(["stop-writes", "snapshot"]);
    expect(await cloud.applicationHost()).to.match(/^acme-redis-production\./);
    expect(await answerOfApplication()).to.equal(200);
  }

  async function answerOfApplication(): Promise<number> {
    const { host, port } = (await twin.endpoints())["http.front"]!;
    return (await fetch(`http://${host}:${port}/health`)).status;
  }

  it("no disk space for the snapshot: the application is back on the source, nothing is lost", async () => {
    await expectBackOnSource(
      "snapshot",
      "ElastiCache reports that snapshot acme-redis-production-",
    );
  });

  it("a right that is missing: the action is named, and the application is back", async () => {
    await twin.clearFaults();
    await twin.inject("deny@CreateSnapshot");
    last = await godwit.run(["resume", run, "--json"]);
    await expectBackOnSource(
      "snapshot",
      "AccessDenied: User: arn:aws:iam::123456789012:user/operator is not authorized to perform: elasticache:CreateSnapshot.",
    );
  });

  it("a Pulumi engine killed in the middle of an update: the application is back", async () => {
    await twin.clearFaults();
    const moving = godwit.follow(["resume", run, "--json"]);
    await moving.until(BUILDING_THE_GROUP);
    for (const pid of pulumiProcessesOf(godwit.home)) process.kill(pid, "SIGKILL");
    last = await moving.ended;
    await expectBackOnSource("restore", "");
  });

  it("the engine's database lost: one paragraph says what to do", async () => {
    const driving = godwit.follow(["resume", run, "--json"]);
    await driving.until(BUILDING_THE_GROUP);
    process.kill(await postmaster(), "SIGKILL");
    const driver = await driving.ended;
    expect(driver.code, driver.stderr).to.equal(1);
    expect(driver.stderr.trim().split("\n").at(-1)).to.contain('"code":"engine-database-lost"');
    expect(said(driver)).to.contain("The engine's database does not answer: ");
    expect(said(driver)).to.contain("The run stopped where it was");
    expect(said(driver)).to.contain("Bring the database back and use `godwit resume");
    expect(driver.stdout).to.equal("");
    expectNoStackTrace(driver);
  });

  it("goes on where it was once the causes are mended: nothing lost, nothing twice", async () => {
    last = await godwit.run(["resume", run, "--json"]);
    expect(last.code, last.stderr).to.equal(0);
    const { status, steps, traffic, verification } = documentOf(last);
    expect(status).to.equal("completed");
    expect(steps.every((step) => ["succeeded", "replayed"].includes(step.status))).to.equal(true);
    const statusOf = (id: string) => steps.find((step) => step.id === id)?.status;
    expect(statusOf("snapshot")).to.equal("replayed");
    expect(statusOf("restore")).to.equal("succeeded");
    expect(traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
    expect(verification[0]).to.include({ what: "redis", differences: 0 });
    expect(await cloud.replicationGroups()).to.deep.equal(["acme-redis-encrypted"]);
    expect(await cloud.snapshotPurposes()).to.include("final");
    expect(await cloud.taskDefinitionRevisions()).to.equal(2);
    expect(await cloud.applicationHost()).to.match(/^master\.acme-redis-encrypted\./);
    expect(await answerOfApplication()).to.equal(200);
  });

  it("the engine's database gone for good: resume knows no such run and says how to go on", async () => {
    await stopEmbeddedPostgres(godwit.home);
    await rm(join(godwit.home, "postgres"), { recursive: true });
    const resumed = await godwit.run(["resume", run]);
    expect(resumed.code, resumed.stderr).to.equal(2);
    expect(said(resumed)).to.contain(`There is no run ${run} in the engine's database`);
    expect(said(resumed)).to.contain("If the database was lost, start the move again");
    expectNoStackTrace(resumed);
  });

  async function postmaster(): Promise<number> {
    const file = join(godwit.home, "postgres", "data", "postmaster.pid");
    return Number((await readFile(file, "utf8")).split("\n")[0]);
  }
});

/** Pids of the engines that work on stacks below this folder. */
function pulumiProcessesOf(home: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter(
      (pid) => pid > 0 && commandOf(pid).includes("\0up\0") && environmentOf(pid).includes(home),
    );
}

function commandOf(pid: number): string {
  return readOrNothing(`/proc/${pid}/cmdline`);
}

function environmentOf(pid: number): string {
  return readOrNothing(`/proc/${pid}/environ`);
}

/** A process may end while it is looked at. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
