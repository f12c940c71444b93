import { expect } from "chai";
import pg from "pg";
import { Engine } from "../../../automation/engine/engine.ts";
import { claimRun, createRun, getRun, updateRun } from "../../../automation/engine/runs.ts";
import type { Facts, Step } from "../../../automation/step.ts";
import { temporaryDatabase } from "../../support/database.ts";
import { effects, fakeHost, fakeParams, fakeStep } from "../../support/fakeRunbook.ts";
import { temporaryFolder } from "../../support/temporaryFolder.ts";

describe("taking a run up", function () {
  this.timeout(30_000);
  const database = temporaryDatabase();
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder("effects");
  });

  async function newRun(): Promise<string> {
    const params = fakeParams();
    await createRun(database.db, params, params.stack);
    return params.run;
  }

  async function drive(run: string, steps: readonly Step[]): Promise<string | undefined> {
    const engine = await Engine.launch(database.db, fakeHost(steps));
    try {
      return await engine.drive(run);
    } finally {
      await engine.close();
    }
  }

  it("is granted to one of several that found the run without a driver", async () => {
    const run = await newRun();
    const found = await getRun(database.db, run);
    const names = ["one", "two", "three"];
    const granted = await Promise.all(
      names.map((name) => claimRun(database.db, found, `${run}#1`, name)),
    );
    expect(granted.filter(Boolean)).to.have.length(1);
    const { executor } = await getRun(database.db, run);
    expect(executor).to.equal(names[granted.indexOf(true)]);
  });

  it("is left to the driver that lives", async () => {
    const run = await newRun();
    const other = new pg.Client({ connectionString: database.db.url });
    await other.connect();
    await other.query("select pg_advisory_lock(hashtext('godwit'), hashtext('other'))");
    await updateRun(database.db, run, { executor: "other" });
    expect(await drive(run, [fakeStep(folder, "one")])).to.equal(undefined);
    expect(effects(folder)).to.deep.equal([]);
    expect((await getRun(database.db, run)).executor).to.equal("other");
    await other.end();
    expect(await drive(run, [fakeStep(folder, "one")])).to.equal("completed");
  });

  it("gives an undone step no checkpoint of before: what it tells of is gone", async () => {
    const run = await newRun();
    const seen: (Facts | undefined)[] = [];
    const outage = { outage: true };
    const steps = [
      fakeStep(folder, "stop", outage),
      fakeStep(folder, "move", {
        ...outage,
        run: async (ctx) => {
          seen.push(ctx.checkpoint);
          await ctx.save({ attempt: ctx.attempt });
          if (ctx.attempt === 1) throw new Error("no room");
          return {};
        },
      }),
    ];
    expect(await drive(run, steps)).to.equal("failed");
    expect(await drive(run, steps)).to.equal("completed");
    expect(seen).to.deep.equal([undefined, undefined]);
  });
});
