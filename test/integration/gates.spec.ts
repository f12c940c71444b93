import { readFileSync } from "node:fs";
import { cp, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { openDatabase, type Database } from "../../automation/engine/database.ts";
import { isDriven } from "../../automation/engine/engine.ts";
import { createRun, getRun } from "../../automation/engine/runs.ts";
import { getSteps } from "../../automation/engine/steps.ts";
import {
  documentOf,
  expectNoStackTrace,
  Godwit,
  runIn,
  said,
  type Outcome,
} from "../support/godwit.ts";
import { TwinCloud } from "../support/twinCloud.ts";

const WINDOW = "window";
const NO_RETURN = "point-of-no-return";

/** One move with people at its gates; each test takes it up where the one before left it. */
describe("a move that several people handle", function () {
  this.timeout(120_000);
  let godwit: Godwit;
  let db: Database;
  let cloud: TwinCloud;
  let run: string;
  /** The project as it was checked out before the move. */
  let staleClone: string;

  before(async () => {
    godwit = await Godwit.create();
    const rehearse = ["rehearse", "redis-encryption", "--mode", "live", "--scale", "tiny"];
    const begun = await godwit.run([...rehearse, "--approve", "ask", "--keep", "--json"]);
    expect(begun.code, begun.stderr).to.equal(3);
    run = runIn(begun);
    cloud = await TwinCloud.in(godwit.home);
    db = await openDatabase(godwit.home);
    staleClone = join(godwit.home, "clone");
    await cp(cloud.environment.workDir, staleClone, { recursive: true });
  });
  after(async () => {
    await db.pool.end();
    await godwit.remove();
  });

  async function expectWaitingAt(gate: string): Promise<void> {
    expect(await getRun(db, run)).to.include({ status: "waiting", gate });
  }

  describe("approvals", () => {
    it("of a gate that there is not: refused, with the gates that there are", async () => {
      const outcome = await godwit.run(["approve", run, "windows"]);
      expect(outcome.code).to.equal(2);
      expect(said(outcome)).to.contain(`Its gates: ${WINDOW}, ${NO_RETURN}.`);
      expectNoStackTrace(outcome);
      await expectWaitingAt(WINDOW);
    });

    it("of a gate that the run has not reached: refused", async () => {
      const outcome = await godwit.run(["approve", run, NO_RETURN]);
      expect(outcome.code).to.equal(4);
      expect(said(outcome)).to.contain(
        `Run ${run} does not wait at gate ${NO_RETURN}: it waits at gate ${WINDOW}. Nothing was changed.`,
      );
      expectNoStackTrace(outcome);
      await expectWaitingAt(WINDOW);
    });

    it("meant for this run but given to another: refused, and this one goes on waiting", async () => {
      const other = "20260101-0a0b0c";
      const { params } = await getRun(db, run);
      await createRun(db, { ...params, run: other, stack: "other" }, "another stack");
      const outcome = await godwit.run(["approve", other, WINDOW]);
      expect(outcome.code).to.equal(4);
      expect(said(outcome)).to.contain(`Run ${other} does not wait at gate ${WINDOW}`);
      await expectWaitingAt(WINDOW);
    });

    it("open a gate once: the second is refused and names who gave the first", async () => {
      const first = await godwit.run(["approve", run, WINDOW], { GODWIT_USER: "alice" });
      expect(first.code, first.stderr).to.equal(0);
      const second = await godwit.run(["approve", run, WINDOW], { GODWIT_USER: "bob" });
      expect(second.code).to.equal(4);
      expect(said(second)).to.match(
        new RegExp(`Gate ${WINDOW} of run ${run} was approved by alice at .* counts once\\.`),
      );
      expectNoStackTrace(second);
    });
  });

  describe("two drivers", () => {
    it("a second run on the stack is refused, and names the first", async () => {
      const outcome = await godwit.run(
        ["run", "redis-encryption", "--stack", "rehearsal", "--execute"],
        cloud.operatorEnv(),
      );
      expect(outcome.code).to.equal(4);
      expect(said(outcome)).to.contain(`Stack rehearsal is already being moved by run ${run}.`);
      expect(said(outcome)).to.contain(`godwit watch ${run}`);
      expectNoStackTrace(outcome);
    });

    it("of three that resume the run one drives and the others follow: each step is done once", async () => {
      const together = [godwit.run(["resume", run]), godwit.run(["resume", run])];
      await untilDriven();
      const all = await Promise.all([...together, godwit.run(["resume", run])]);
      for (const outcome of all) {
        expect(outcome.code, outcome.stderr).to.equal(3);
        expect(outcome.stdout).to.contain(`Run ${run} waits at gate ${NO_RETURN}.`);
      }
      const steps = await getSteps(db, run);
      const done = steps.slice(steps.findIndex(({ step }) => step === WINDOW) + 1, -1);
      expect(done.map(({ step }) => step)).to.include.members(["stop-writes", "validate-soaked"]);
      for (const { step, status, attempt, executor } of done) {
        expect({ step, status, attempt, executor }).to.deep.equal({
          ...{ step, status: "succeeded", attempt: 1 },
          executor: done[0]!.executor,
        });
      }
      expect(await cloud.snapshotPurposes()).to.deep.equal(["pre-encryption"]);
      expect(await cloud.taskDefinitionRevisions()).to.equal(2);
    });

    async function untilDriven(): Promise<void> {
      for (;;) {
        const { executor, step } = await getRun(db, run);
        if (step !== WINDOW && (await isDriven(db, executor))) return;
        await delay(20);
      }
    }
  });

  describe("a stale clone", () => {
    for (const command of ["up", "preview"]) {
      it(`its ${command} is refused with both stages, and changes nothing`, async () => {
        const before = stackResources();
        const outcome = await godwit.run(
          [command, "redis", "--stack", "rehearsal"],
          cloud.operatorEnv(staleClone),
        );
        expect(outcome.code, outcome.stderr).to.equal(4);
        expect(said(outcome)).to.contain(
          "Stack rehearsal has godwit:stage cutover, but the settings here ask for the earlier prepare",
        );
        expect(said(outcome)).to.contain("Nothing was changed.").and.contain("git pull");
        expectNoStackTrace(outcome);
        expect(stackResources()).to.deep.equal(before);
        expect(await cloud.replicationGroups()).to.deep.equal(["acme-redis-encrypted"]);
        expect(await cloud.applicationHost()).to.match(/^master\.acme-redis-encrypted\./);
      });
    }

    /** What the stack's state says of each resource: not how its secrets are encrypted, which is new every time. */
    function stackResources(): readonly unknown[] {
      const path = join(cloud.dir, "state", ".pulumi", "stacks", "godwit", "rehearsal.json");
      const withoutCiphers = (name: string, value: unknown) =>
        name === "ciphertext" ? "…" : value;
      const { checkpoint } = JSON.parse(readFileSync(path, "utf8"), withoutCiphers) as {
        checkpoint: { latest: { resources: Record<string, unknown>[] } };
      };
      const { resources } = checkpoint.latest;
      expect(resources).to.have.length.above(20);
      return resources.map(({ urn, id, inputs, outputs, modified }) => ({
        ...{ urn, id, inputs, outputs, modified },
      }));
    }
  });

  describe("its end", () => {
    it("is that of a move in one hand: nothing lost, nothing twice", async () => {
      expect((await godwit.run(["approve", run, NO_RETURN])).code).to.equal(0);
      const ended = await godwit.run(["resume", run, "--json"]);
      expect(ended.code, ended.stderr).to.equal(0);
      const document = documentOf(ended);
      expect(document.status).to.equal("completed");
      expect(document.traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
      expect(document.verification).to.have.length(1);
      const again = await godwit.run(["approve", run, NO_RETURN]);
      expect(again.code).to.equal(4);
      expect(said(again)).to.contain("an approval counts once");
    });
  });

  describe("its evidence", () => {
    let page: string;
    let record: string;
    before(() => {
      page = join(godwit.home, "runs", run, "evidence.html");
      record = join(godwit.home, "runs", run, "evidence.json");
    });

    /** Checks a copy of a file in which something was changed. */
    async function checkEdited(
      file: string,
      edit: (contents: string) => string,
      ...flags: string[]
    ): Promise<Outcome> {
      const contents = readFileSync(file, "utf8");
      const edited = edit(contents);
      const copy = join(godwit.home, `edited-${basename(file)}`);
      await writeFile(copy, edited);
      return await godwit.run(["report", "--check", copy, ...flags]);
    }

    function expectFound(outcome: Outcome, finding: string | RegExp): void {
      expect(outcome.code, outcome.stdout).to.equal(1);
      expect(outcome.stdout).to.contain("is not what was signed").and.match(new RegExp(finding));
      expectNoStackTrace(outcome);
    }

    const inBobsName = (contents: string) => contents.replace("alice", "bob");

    it("is whole as it was written", async () => {
      for (const file of [page, record]) {
        const outcome = await checkEdited(file, (contents) => contents);
        expect(outcome.code, outcome.stdout).to.equal(0);
        expect(outcome.stdout).to.match(/is whole, and signed by sha256:[0-9a-f]{64}\.$/m);
      }
    });

    it("tells which event was changed in the record", async () => {
      expectFound(
        await checkEdited(record, (contents) =>
          contents.replaceAll('"by": "alice"', '"by": "bob"'),
        ),
        `The chain is broken: event \\d+ \\(gate.approved\\) was changed`,
      );
    });

    it("tells that an event was left out", async () => {
      const without = (contents: string) => {
        const evidence = JSON.parse(contents) as { events: unknown[] };
        evidence.events.splice(3, 1);
        return `${JSON.stringify(evidence, undefined, 2)}\n`;
      };
      expectFound(await checkEdited(record, without), "The chain is broken: event 3");
    });

    it("tells that the page does not show what its record says", async () => {
      expectFound(await checkEdited(page, inBobsName), "The page was changed");
    });

    it("is not accepted under another key than the expected one", async () => {
      const same = (contents: string) => contents;
      const unknown = `sha256:${"0".repeat(64)}`;
      expectFound(
        await checkEdited(page, same, "--fingerprint", unknown),
        `signed by another key: sha256:[0-9a-f]{64}, not ${unknown}`,
      );
      const elsewhere = await Godwit.create();
      expectFound(await elsewhere.run(["report", "--check", page]), "signed by another key");
      await elsewhere.remove();
    });
  });
});
