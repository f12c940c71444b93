import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { Engine } from "../../../automation/engine/engine.ts";
import { followRun } from "../../../automation/engine/follow.ts";
import { readEvents } from "../../../automation/engine/events.ts";
import { createRun, getRun, type RunParams } from "../../../automation/engine/runs.ts";
import { approve, ask, checkCanLeave, letGoOn } from "../../../automation/engine/steer.ts";
import { getSteps } from "../../../automation/engine/steps.ts";
import { verifyChain } from "../../../automation/evidence/chain.ts";
import { GodwitError } from "../../../automation/errors.ts";
import type { GateStep, Step } from "../../../automation/step.ts";
import { temporaryDatabase } from "../../support/database.ts";
import { effect, effects, fakeHost, fakeParams, fakeStep } from "../../support/fakeRunbook.ts";
import { rejection } from "../../support/rejection.ts";
import { temporaryFolder } from "../../support/temporaryFolder.ts";

const aGate: GateStep = {
  kind: "gate",
  id: "gate",
  title: "gate",
  effect: "waits",
  expectedMs: 0,
  asks: "Go on?",
};

describe("engine", function () {
  this.timeout(30_000);
  const database = temporaryDatabase();
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder("effects");
  });

  async function drive<T>(
    steps: readonly Step[],
    params: RunParams,
    work: (engine: Engine) => Promise<T>,
  ): Promise<T> {
    await createRun(database.db, params, params.stack);
    return await withEngine(steps, work);
  }

  async function withEngine<T>(
    steps: readonly Step[],
    work: (engine: Engine) => Promise<T>,
  ): Promise<T> {
    const engine = await Engine.launch(database.db, fakeHost(steps));
    try {
      return await work(engine);
    } finally {
      await engine.close();
    }
  }

  async function untilResting(run: string): Promise<void> {
    const silent = { event: () => undefined, progress: () => undefined };
    await followRun(database.db, run, silent, ({ status }) => status !== "running");
  }

  const statuses = async (run: string) =>
    Object.fromEntries((await getSteps(database.db, run)).map((row) => [row.step, row.status]));

  it("runs each step once, in order, and chains what happened", async () => {
    const params = fakeParams();
    const steps = [fakeStep(folder, "one"), fakeStep(folder, "two")];
    const ending = await drive(steps, params, (engine) => engine.drive(params.run));
    expect(ending).to.equal("completed");
    expect(effects(folder)).to.deep.equal(["run one", "run two"]);
    const events = await readEvents(database.db, params.run);
    expect(verifyChain(events)).to.equal(undefined);
    expect(events.map(({ type }) => type)).to.include.members(["step.succeeded", "run.ended"]);
  });

  it("goes on after a failure from the step that failed, without repeating the others", async () => {
    const params = fakeParams();
    let broken = true;
    const steps = [
      fakeStep(folder, "one"),
      fakeStep(folder, "two", {
        check: () => (broken ? Promise.reject(new Error("no room")) : Promise.resolve()),
      }),
    ];
    const first = await drive(steps, params, (engine) => engine.drive(params.run));
    expect(first).to.equal("failed");
    expect((await getRun(database.db, params.run)).error).to.include({ step: "two" });

    broken = false;
    const second = await withEngine(steps, (engine) => engine.drive(params.run));
    expect(second).to.equal("completed");
    expect(effects(folder)).to.deep.equal(["run one", "run two"]);
  });

  it("undoes the whole outage, and only that, when a step in it fails", async () => {
    const params = fakeParams();
    const fails = { outage: true, verify: () => Promise.reject(new Error("differs")) };
    const steps = [
      fakeStep(folder, "before"),
      fakeStep(folder, "stop", { outage: true }),
      fakeStep(folder, "move", fails),
      fakeStep(folder, "start", { outage: true }),
    ];
    const ending = await drive(steps, params, (engine) => engine.drive(params.run));
    expect(ending).to.equal("failed");
    expect(effects(folder)).to.deep.equal([
      "run before",
      "run stop",
      "run move",
      "undo move",
      "undo stop",
    ]);
    expect((await getRun(database.db, params.run)).error?.state).to.contain("runs on the source");
    expect(await statuses(params.run)).to.deep.equal({
      before: "succeeded",
      stop: "undone",
      move: "undone",
    });
  });

  const brokenUndo = { title: "stuck", run: () => Promise.reject(new Error("also broken")) };
  const sentenceOf = async (run: string) => {
    const events = await readEvents(database.db, run);
    return events.find(({ type }) => type === "run.ended")?.data["sentence"] as string;
  };

  it("reports both errors when going back fails too, and still brings the service back", async () => {
    const params = fakeParams();
    const steps = [
      fakeStep(folder, "stop", { outage: true }),
      fakeStep(folder, "build", {
        outage: true,
        undo: brokenUndo,
        run: () => Promise.reject(new Error("broken")),
      }),
    ];
    await drive(steps, params, (engine) => engine.drive(params.run));
    expect(await sentenceOf(params.run)).to.match(/broken.*undoing build.*also broken/);
    expect(effects(folder)).to.deep.equal(["run stop", "undo stop"]);
  });

  it("does not start clients on the source while what they wrote is on the target alone", async () => {
    const params = fakeParams();
    const steps = [
      fakeStep(folder, "stop", { outage: true }),
      fakeStep(folder, "deploy", { outage: true, movesTraffic: true, undo: brokenUndo }),
      fakeStep(folder, "after", { outage: true, run: () => Promise.reject(new Error("broken")) }),
    ];
    await drive(steps, params, (engine) => engine.drive(params.run));
    expect(effects(folder)).to.deep.equal(["run stop", "run deploy", "undo after"]);
    expect((await getRun(database.db, params.run)).error?.state).to.contain(
      "may still stand still",
    );
  });

  it("waits at a gate until it is approved, once, for this run", async () => {
    const params = fakeParams();
    const steps = [fakeStep(folder, "one"), aGate, fakeStep(folder, "two")];
    const runbook = await fakeHost(steps).runbook("fake");
    await drive(steps, params, async (engine) => {
      const driving = engine.drive(params.run);
      await untilResting(params.run);
      expect(effects(folder)).to.deep.equal(["run one"]);

      const unknown = await rejection(approve(database.db, runbook, params.run, "other", "bob"));
      expect(unknown).to.be.instanceOf(GodwitError).and.include({ exitCode: 2 });
      await approve(database.db, runbook, params.run, "gate", "bob");
      expect(await driving).to.equal("completed");
    });
    const again = await rejection(approve(database.db, runbook, params.run, "gate", "bob"));
    expect(again).to.include({ exitCode: 4 });
    expect((again as Error).message).to.contain("was approved by bob");
    expect(effects(folder)).to.deep.equal(["run one", "run two"]);
  });

  it("refuses the starter as approver where a second person is required", async () => {
    const params = fakeParams({ secondApprover: true });
    const runbook = await fakeHost([aGate]).runbook("fake");
    await drive([aGate], params, async (engine) => {
      const driving = engine.drive(params.run);
      await untilResting(params.run);
      const same = await rejection(approve(database.db, runbook, params.run, "gate", "alice"));
      expect(same).to.include({ exitCode: 4 });
      await approve(database.db, runbook, params.run, "gate", "bob");
      expect(await driving).to.equal("completed");
    });
  });

  it("pauses before the next step and goes on when told", async () => {
    const params = fakeParams();
    const steps = [fakeStep(folder, "one"), fakeStep(folder, "two")];
    await createRun(database.db, params, params.stack);
    await ask(database.db, params.run, "pause", "bob");
    await withEngine(steps, async (engine) => {
      const driving = engine.drive(params.run);
      await untilResting(params.run);
      expect((await getRun(database.db, params.run)).status).to.equal("paused");
      expect(effects(folder)).to.deep.equal([]);
      await letGoOn(database.db, params.run, "bob");
      expect(await driving).to.equal("completed");
    });
  });

  it("aborts a step in flight and undoes everything in reverse", async () => {
    const params = fakeParams();
    const hangs = fakeStep(folder, "two", {
      run: (ctx) =>
        new Promise((_, reject) => {
          ctx.signal.addEventListener("abort", () => reject(new Error("let go")));
          ctx.progress({ doing: "hanging" });
        }),
    });
    const waits = fakeStep(folder, "one", {
      undo: {
        title: "takes a while",
        run: async (ctx) => {
          ctx.progress({ doing: "undoing" });
          await delay(200, undefined, { signal: ctx.signal });
          effect(folder, "undo one");
        },
      },
    });
    const steps = [waits, hangs];
    await drive(steps, params, async (engine) => {
      const driving = engine.drive(params.run);
      const silent = { event: () => undefined, progress: () => undefined };
      await followRun(
        database.db,
        params.run,
        silent,
        ({ progress }) => progress?.doing === "hanging",
      );
      await ask(database.db, params.run, "abort", "bob");
      expect(await driving).to.equal("aborted");
    });
    expect(effects(folder)).to.deep.equal(["run one", "undo two", "undo one"]);
  });

  it("refuses to leave past the point of no return, and to abort once traffic has moved", async () => {
    const params = fakeParams();
    const moved = fakeStep(folder, "move", { movesTraffic: true });
    const { undo: _, ...final } = fakeStep(folder, "final");
    await drive([moved, aGate, final], params, async (engine) => {
      const driving = engine.drive(params.run);
      await untilResting(params.run);
      const steps = [moved, aGate, final];
      const atGate = await getRun(database.db, params.run);
      const early = await rejection(checkCanLeave(database.db, atGate, steps, "abort"));
      expect((early as Error).message).to.contain("godwit rollback");
      await checkCanLeave(database.db, atGate, steps, "rollback");

      await approve(database.db, await fakeHost(steps).runbook("fake"), params.run, "gate", "bob");
      await driving;
      const late = await rejection(checkCanLeave(database.db, atGate, steps, "rollback"));
      expect((late as Error).message).to.contain("point of no return");
    });
  });

  it("refuses a second live run on the same stack", async () => {
    const params = fakeParams();
    await createRun(database.db, params, "shared-stack");
    const second = await rejection(createRun(database.db, fakeParams(), "shared-stack"));
    expect(second).to.include({ exitCode: 4 });
    expect((second as Error).message).to.contain(params.run);
  });
});
