import { expect } from "chai";
import pg from "pg";
import { endCalls, noMover } from "../../../automation/engine/jobs.ts";
import { clockOf } from "../../../automation/clock.ts";
import { exitCodes, GodwitError } from "../../../automation/errors.ts";
import type { Progress } from "../../../automation/step.ts";
import { temporaryDatabase } from "../../support/database.ts";
import { RunWithMover } from "../../support/fakeMover.ts";
import { effects } from "../../support/fakeRunbook.ts";
import { rejection } from "../../support/rejection.ts";
import { until } from "../../support/until.ts";

/** Nobody waits longer for a mover than for an answer of the database. */
const impatient = { compress: (ms: number) => ms, deadline: () => 100 };

describe("jobs of a mover", () => {
  const database = temporaryDatabase();
  let run: RunWithMover;
  beforeEach(async () => {
    run = await RunWithMover.create(database.db);
  });
  afterEach(async () => {
    await run.end();
  });

  const statuses = async () => (await run.jobs()).map(({ status }) => status);
  const hasBegun = (file: string) => until(() => effects(run.folder).includes(`${file} begins`));

  describe("that a step calls", () => {
    it("give their result, and their progress is the step's", async () => {
      run.serve();
      const told: Progress[] = [];
      const mover = run.mover({ progress: (progress) => told.push(progress) });
      expect(await mover.call("echo", { text: "x" })).to.deep.equal({ text: "x", attempt: 1 });
      expect(told).to.deep.equal([{ doing: "echoing" }]);
    });

    it("fail with the error that they threw, and are done anew when they are called again", async () => {
      run.serve();
      const refused = await rejection(run.mover().call("refuses", {}));
      expect(refused).to.be.instanceOf(GodwitError).and.include({ exitCode: exitCodes.refused });
      expect((refused as GodwitError).explanation).to.include({
        code: "too-big",
        what: "It is too big.",
        next: "Make it smaller.",
      });
      await rejection(run.mover().call("refuses", {}));
      expect(await statuses()).to.deep.equal(["failed", "failed"]);
    });

    it("fail where the mover does not know them", async () => {
      run.serve();
      const unknown = (await rejection(run.mover().call("other", {}))) as GodwitError;
      expect(unknown.explanation.code).to.equal("other-mover");
    });

    it("are joined by the step's next attempt while they are in flight, and not once they have ended", async () => {
      run.serve();
      const params = { until: "go" };
      const interrupted = run.mover().call("waits", params);
      await hasBegun("go");
      const joined = run.mover().call("waits", params);
      await until(async () => (await run.waiting()) === 2);
      run.write("go");
      expect(await joined).to.deep.equal(await interrupted);
      expect(effects(run.folder)).to.deep.equal(["go begins", "go ends"]);

      await run.mover().call("waits", params);
      expect(await statuses()).to.deep.equal(["succeeded", "succeeded"]);
    });

    it("have ended before the step's next attempt does the same with other parameters", async () => {
      run.serve();
      const interrupted = rejection(run.mover().call("waits", { until: "never" }));
      await hasBegun("never");
      run.write("go");
      await run.mover().call("waits", { until: "go" });
      expect(effects(run.folder)).to.deep.equal([
        "never begins",
        "never ends",
        "go begins",
        "go ends",
      ]);
      expect(((await interrupted) as GodwitError).explanation.code).to.equal("job-stopped");
    });

    it("are told apart by step and by the number of the call, and done at once", async () => {
      run.serve();
      const params = { until: "go" };
      const mover = run.mover();
      const called = [
        mover.call("waits", params),
        mover.call("waits", params),
        run.mover({ name: "other" }).call("waits", params),
      ];
      await until(() => effects(run.folder).length === 3);
      run.write("go");
      await Promise.all(called);
      expect(await statuses()).to.have.length(3);
    });

    it("end with the step that is let go, before its undo begins; started ones go on", async () => {
      run.serve();
      const letGo = new AbortController();
      const mover = run.mover({ signal: letGo.signal });
      await mover.start("counts", {});
      const called = mover.call("waits", { until: "never" });
      await hasBegun("never");
      letGo.abort();
      expect(await rejection(called)).to.include({ name: "AbortError" });
      expect(effects(run.folder)).to.deep.equal(["never begins", "never ends"]);
      expect(await statuses()).to.deep.equal(["running", "stopped"]);
    });

    it("that a killed driver left in flight are ended before the step is undone", async () => {
      run.serve();
      const left = rejection(run.mover().call("waits", { until: "never" }));
      await hasBegun("never");
      await endCalls(database.db, run.run, "step", clockOf(1));
      expect(effects(run.folder)).to.deep.equal(["never begins", "never ends"]);
      await left;
    });

    it("fail when no mover takes them, saying where to look, and are not done later", async () => {
      const alone = await rejection(run.mover({ clock: impatient }).call("echo", {}));
      expect((alone as Error).message).to.match(/No mover has taken job .*echo-1/);
      expect((alone as Error).message).to.contain("systemctl status godwit-mover");
      run.serve();
      await run.mover().call("echo", {});
      expect(await statuses()).to.deep.equal(["stopped", "succeeded"]);
    });
  });

  describe("that a step starts", () => {
    it("go on beside the steps, once, and tell how they stand", async () => {
      run.serve();
      await run.mover().start("counts", {});
      await run.mover().start("counts", {});
      const state = async () => (await run.mover({ name: "other" }).state("counts"))?.["count"];
      await until(async () => Number(await state()) > 10);
      expect(await statuses()).to.deep.equal(["running"]);
    });

    it("write what they tell ten times a second at most, however often they tell it", async () => {
      run.serve();
      const listener = new pg.Client({ connectionString: database.db.url });
      await listener.connect();
      await listener.query("listen godwit_jobs");
      await run.mover().start("counts", {});
      await until(async () => (await run.mover().state("counts")) !== undefined);
      let written = 0;
      const since = performance.now();
      listener.on("notification", () => (written += 1));
      await until(() => performance.now() - since > 1_000);
      await listener.end();
      expect(written).to.be.within(5, 11);
    });

    it("answer questions, those of one name in their order", async () => {
      const mover = run.mover();
      await mover.start("counts", {});
      const early = mover.ask("counts", "where", { who: "bob" });
      run.serve();
      expect(await early).to.include({ who: "bob" });

      await Promise.all([mover.ask("counts", "slow"), mover.ask("counts", "slow")]);
      expect(effects(run.folder)).to.deep.equal([
        "slow begins",
        "slow ends",
        "slow begins",
        "slow ends",
      ]);
      const unknown = (await rejection(mover.ask("counts", "why"))) as GodwitError;
      expect(unknown.explanation.code).to.equal("unknown-question");
    });

    it("do not get a question whose asker has been let go", async () => {
      const letGo = new AbortController();
      const mover = run.mover({ signal: letGo.signal });
      await mover.start("counts", {});
      const asked = rejection(mover.ask("counts", "slow"));
      letGo.abort();
      expect(await asked).to.include({ name: "AbortError" });
      run.serve();
      await run.mover().ask("counts", "where");
      expect(effects(run.folder)).to.deep.equal([]);
    });

    it("give their result when they are stopped, and the same to whoever stops them again", async () => {
      run.serve();
      const mover = run.mover();
      expect(await mover.stop("counts")).to.equal(undefined);
      await mover.start("counts", {});
      await until(async () => Number((await mover.state("counts"))?.["count"]) > 0);
      const result = await mover.stop("counts");
      expect(result).to.include({ stopped: true });
      expect(await mover.stop("counts")).to.deep.equal(result);
      const ended = (await rejection(mover.ask("counts", "where"))) as GodwitError;
      expect(ended.explanation.code).to.equal("job-ended");
    });

    it("are stopped at once where no mover has taken them", async () => {
      await run.mover().start("counts", {});
      expect(await run.mover().stop("counts")).to.equal(undefined);
      expect(await statuses()).to.deep.equal(["stopped"]);
    });

    it("go on from their checkpoint when they are started again after a failure, and afresh after a stop", async () => {
      run.serve();
      const mover = run.mover();
      const count = async () => Number((await mover.ask("counts", "where"))["count"]);
      await mover.start("counts", {});
      await until(async () => (await count()) > 20);
      await rejection(mover.ask("counts", "fail").then(() => mover.ask("counts", "where")));
      expect(((await rejection(mover.state("counts"))) as Error).message).to.contain(
        "was asked to",
      );
      expect(await mover.stop("counts")).to.equal(undefined);

      await mover.start("counts", {});
      expect(await count()).to.be.greaterThan(20);
      await mover.stop("counts");
      await mover.start("counts", {});
      expect(await count()).to.be.lessThan(20);
    });

    it("are missed by name when they were never started", async () => {
      const missing = (await rejection(run.mover().state("counts"))) as GodwitError;
      expect(missing.explanation.code).to.equal("no-job");
    });
  });

  it("are refused where there is no run", async () => {
    const refused = (await rejection(noMover.call("echo", {}))) as GodwitError;
    expect(refused.explanation.code).to.equal("no-mover");
    expect(refused.exitCode).to.equal(exitCodes.refused);
  });
});
