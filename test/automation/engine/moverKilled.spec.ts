import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { Engine } from "../../../automation/engine/engine.ts";
import { temporaryDatabase } from "../../support/database.ts";
import { bundle, end, startModule } from "../../support/childProcess.ts";
import { callingStep } from "../../support/fakeJobs.ts";
import { RunWithMover } from "../../support/fakeMover.ts";
import { effects, fakeHost } from "../../support/fakeRunbook.ts";
import { rejection } from "../../support/rejection.ts";
import { until } from "../../support/until.ts";

const KILLS = 20;
const UNITS = 200;

describe("a job whose processes are killed", function () {
  this.timeout(120_000);
  const database = temporaryDatabase();
  let start: ReturnType<typeof bundle>;
  let run: RunWithMover;
  let children: ChildProcess[];
  before(() => {
    start = bundle("moverProcess.ts");
  });
  beforeEach(async () => {
    run = await RunWithMover.create(database.db);
    children = [];
  });
  afterEach(async () => {
    await run.end();
    await Promise.all(children.map((child) => end(child)));
  });

  function startMover(): ChildProcess {
    const child = start({
      MOVER_DATABASE: database.db.url,
      MOVER_RUN: run.run,
      MOVER_FOLDER: run.folder,
    });
    children.push(child);
    return child;
  }

  const attempt = async () => Number((await run.jobs())[0]?.["attempt"] ?? 0);

  it(`ends with the right result after ${KILLS} kills of the mover, each unit done and recorded once`, async () => {
    const result = run.mover().call("adds", { units: UNITS });
    const longest = (UNITS * 6) / KILLS;
    let mover = startMover();
    for (let kills = 0; kills < KILLS; kills++) {
      await until(async () => (await attempt()) > kills);
      await delay(Math.random() * longest);
      // The next one waits already, so that only its claim takes time.
      const next = startMover();
      await end(mover);
      mover = next;
    }
    const { sum, attempt: last } = await result;
    expect(sum).to.equal((UNITS * (UNITS - 1)) / 2);
    expect(last).to.be.greaterThan(KILLS);
    const units = effects(run.folder);
    expect(new Set(units).size).to.equal(UNITS);
    expect(units.length).to.be.at.most(UNITS + Number(last));
  });

  it("is left to the next mover by one that is shut down, with what it saved last", async () => {
    const result = run.mover().call("adds", { units: 100 });
    const first = startMover();
    await until(() => effects(run.folder).length > 10);
    await end(first, "SIGTERM");
    expect(first.exitCode).to.equal(0);
    expect((await run.jobs())[0]).to.include({ status: "running" });
    run.serve();
    expect(await result).to.deep.equal({ sum: 4950, attempt: 2 });
    expect(effects(run.folder).length).to.be.within(100, 101);
  });

  async function killDriver(): Promise<void> {
    const driver = startModule("driverProcess.ts", {
      DRIVER_HOME: database.home,
      DRIVER_RUN: run.run,
      DRIVER_FOLDER: run.folder,
    });
    children.push(driver);
    await until(() => effects(run.folder).includes("go begins"));
    await end(driver);
  }

  it("goes on when its driver is killed, which finds it in flight when it is resumed", async () => {
    run.serve();
    await killDriver();
    const engine = await Engine.launch(database.db, fakeHost([callingStep(run.folder)]));
    const driving = engine.drive(run.run);
    await until(async () => (await run.waiting()) === 1);
    run.write("go");
    expect(await driving).to.equal("completed");
    await engine.close();
    expect(effects(run.folder)).to.deep.equal(["go begins", "go ends"]);
    expect(await attempt()).to.equal(1);
  });

  it("has ended before the step that a killed driver was in is undone", async () => {
    run.serve();
    await killDriver();
    const engine = await Engine.launch(database.db, fakeHost([callingStep(run.folder)]));
    expect(await engine.leave(run.run, "abort")).to.equal("aborted");
    await engine.close();
    expect(effects(run.folder)).to.deep.equal(["go begins", "go ends", "undo calls"]);
  });

  it("fails the step when its mover has vanished for longer than the deadline, and is not done later", async () => {
    const mover = startMover();
    await run.mover().call("echo", {});
    const clock = { compress: (ms: number) => ms, deadline: () => 2_000 };
    const called = rejection(run.mover({ clock }).call("waits", { until: "go" }));
    await until(() => effects(run.folder).includes("go begins"));
    await end(mover);
    expect(((await called) as Error).message).to.contain("has not been connected");
    run.serve();
    await run.mover().call("echo", {});
    expect(effects(run.folder)).to.deep.equal(["go begins"]);
  });
});
