import { expect } from "chai";
import { noteWayBack, wayBackOf } from "../../../automation/commands/wayBack.ts";
import { appendEvent, readEvents } from "../../../automation/engine/events.ts";
import { createRun } from "../../../automation/engine/runs.ts";
import type { Facts } from "../../../automation/step.ts";
import { temporaryDatabase } from "../../support/database.ts";
import { fakeParams } from "../../support/fakeRunbook.ts";

const lossless = { lossless: true };
const gone = { lossless: false, since: "2026-11-21T12:00:00.000Z", because: "the link was cut" };
const plan = [
  { id: "switch", kind: "work", undo: "switch back" },
  { id: "stop-tail", kind: "work", undo: "irreversible" },
];

describe("whether a rollback would keep every write", () => {
  const database = temporaryDatabase();
  let run: string;

  beforeEach(async () => {
    const params = fakeParams();
    run = params.run;
    await createRun(database.db, params, params.stack);
    await appendEvent(database.db.pool, run, "run.started", "started", { plan });
  });

  async function tail(status: string, state: Facts, error?: Facts): Promise<void> {
    await database.db.pool.query(
      `insert into godwit.jobs (job, run, name, caller, call, params, clock_factor, status, state, error)
       values ($1, $2, 'sync', '', 0, '{}', 1, $3, $4, $5)
       on conflict (job) do update set status = excluded.status, state = excluded.state, error = excluded.error`,
      [`${run}:sync-1`, run, status, JSON.stringify(state), error ? JSON.stringify(error) : null],
    );
  }

  const noted = async () =>
    (await readEvents(database.db, run))
      .filter(({ type }) => type === "rollback.noted")
      .map(({ data }) => data["rollback"]);

  it("is as the tail last told", async () => {
    await tail("running", { rollback: lossless });
    expect(await wayBackOf(database.db, run)).to.deep.equal(lossless);
    await tail("running", { rollback: gone });
    expect(await wayBackOf(database.db, run)).to.deep.equal(gone);
  });

  it("is not so while the tail has failed", async () => {
    await tail("failed", { rollback: lossless }, { what: "The target is full." });
    const told = await wayBackOf(database.db, run);
    expect(told).to.include({ because: "the tail has failed: The target is full" });
    expect(told).to.include({ lossless: false }).and.have.property("since");
  });

  it("is not told where there is no tail", async () => {
    expect(await wayBackOf(database.db, run)).to.equal(undefined);
    await tail("running", { phase: "copying" });
    expect(await wayBackOf(database.db, run)).to.equal(undefined);
  });

  it("is not told once the step that has no way back has begun", async () => {
    await tail("running", { rollback: lossless });
    const step = { step: "stop-tail", attempt: 1 };
    await appendEvent(database.db.pool, run, "step.started", "stop-tail:started:1", step);
    expect(await wayBackOf(database.db, run)).to.equal(undefined);
  });

  it("is put into the evidence when it changes", async () => {
    await noteWayBack(database.db, run);
    await tail("running", { rollback: lossless });
    await noteWayBack(database.db, run);
    await noteWayBack(database.db, run);
    await tail("running", { rollback: gone });
    await noteWayBack(database.db, run);
    expect(await noted()).to.deep.equal([lossless, gone]);
  });
});
