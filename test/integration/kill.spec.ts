import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Step } from "../../automation/step.ts";
import { redisEncryption } from "../../runbooks/redis-encryption.ts";
import {
  documentOf,
  expectNoStackTrace,
  Godwit,
  runIn,
  said,
  type Outcome,
} from "../support/godwit.ts";
import { TwinCloud } from "../support/twinCloud.ts";

/** One of each kind that only looks, or waits: it is at every instant in the same state. */
const LOOKING = ["survey", "verify-copy", "window", "validate", "soak"];

/** Killed before a step, a run is as it was when the step before was recorded: once is enough. */
const BEFORE = "switch";

function momentsOf(step: Step): readonly string[] {
  if (step.kind !== "work" || /only (reads|looks)/.test(step.undo?.title ?? ""))
    return LOOKING.includes(step.id) ? ["during"] : [];
  return step.id === BEFORE ? ["before", "during", "after"] : ["during", "after"];
}

const kills = redisEncryption.steps("relay").flatMap((step) =>
  momentsOf(step).map((moment) => ({
    id: step.id,
    moment,
    fault: `kill@${step.id}:${moment}`,
  })),
);

/**
 * One move whose driver is killed in every step that changes something, while it does and when it has. Each test is
 * one kill: the driver must die exactly there, and the next test's `resume` must get past it.
 */
describe("a driver killed with SIGKILL at every step", function () {
  this.timeout(120_000);
  let godwit: Godwit;
  let run: string;
  let last: Outcome;

  before(async () => {
    godwit = await Godwit.create();
  });
  after(async () => {
    await godwit.remove();
  });

  for (const [index, { id, moment, fault }] of kills.entries()) {
    it(`${id}: killed ${moment}, and resumed`, async () => {
      const faults = kills.flatMap((kill) => ["--fault", kill.fault]);
      last =
        index === 0
          ? await godwit.run([
              "rehearse",
              "redis-encryption",
              "--scale",
              "tiny",
              "--keep",
              "--json",
              ...faults,
            ])
          : await godwit.run(["resume", run, "--json"]);
      expect(last.signal, last.stderr).to.equal("SIGKILL");
      if (index === 0) run = runIn(last);
      expect(await firedFaults()).to.deep.equal(
        kills
          .slice(0, index + 1)
          .map((kill) => kill.fault)
          .sort(),
      );
      expect(fault).to.be.oneOf(await firedFaults());
    });

    if (fault === "kill@delete-source:during") {
      it("cannot be rolled back when delete-source has begun: refused, and it can still be finished", async () => {
        const refused = await godwit.run(["rollback", run]);
        expect(refused.code).to.equal(4);
        expect(said(refused)).to.contain("point of no return").and.contain(`godwit resume ${run}`);
        expectNoStackTrace(refused);
      });
    }
  }

  it("ends like an undisturbed one: completed, every acknowledged write there, once", async () => {
    last = await godwit.run(["resume", run, "--json"]);
    expect(last.code, last.stderr).to.equal(0);
    const document = documentOf(last);
    expect(document.status).to.equal("completed");
    expect(document.steps.map(({ status }) => status)).to.satisfy((all: string[]) =>
      all.every((status) => status === "succeeded" || status === "replayed"),
    );
    expect(document.traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
    expect(document.verification).to.have.length(1);
    expect(document.verification[0]).to.include({ differences: 0 });
  });

  it("has had no effect twice", async () => {
    const cloud = await TwinCloud.in(godwit.home);
    expect(await cloud.snapshotPurposes()).to.deep.equal(["final", "pre-encryption"]);
    expect(await cloud.taskDefinitionRevisions()).to.equal(3);
    expect(await cloud.replicationGroups()).to.deep.equal(["acme-redis-encrypted"]);
    expect(await cloud.keysOfRedis()).to.equal(1);
  });

  it("has its evidence whole, with every attempt in it", async () => {
    const page = documentOf(last).evidence!;
    const checked = await godwit.run(["report", "--check", page]);
    expect(checked.code, checked.stdout).to.equal(0);
    const evidence = await readFile(join(page, "..", "evidence.json"), "utf8");
    expect(evidence).to.contain('"attempt": 4');
  });

  async function firedFaults(): Promise<string[]> {
    const { openDatabase } = await import("../../automation/engine/database.ts");
    const db = await openDatabase(godwit.home);
    const { rows } = await db.pool.query<{ fault: string }>("select fault from godwit.fired");
    await db.pool.end();
    return rows.map((row) => row.fault).sort();
  }
});
