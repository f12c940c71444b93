import { expect } from "chai";
import { EngineLine } from "../../../automation/engine/mover/line.ts";
import { JobWriter } from "../../../automation/engine/mover/writer.ts";
import type { Facts } from "../../../automation/step.ts";
import { temporaryDatabase } from "../../support/database.ts";
import { RunWithMover } from "../../support/fakeMover.ts";
import { rejection } from "../../support/rejection.ts";

describe("what a job tells", () => {
  const database = temporaryDatabase();
  let run: RunWithMover;
  let job: string;
  let closing: AbortController;
  let line: EngineLine;
  let fenced: boolean;
  beforeEach(async () => {
    run = await RunWithMover.create(database.db);
    await run.mover().start("counts", {});
    job = (await row())["job"] as string;
    closing = new AbortController();
    line = new EngineLine(closing.signal, () => undefined);
    fenced = false;
  });

  const row = async () => (await run.jobs())[0]!;
  /** Nobody has claimed the job yet: its number is 0. */
  const writer = (attempt = 0) => new JobWriter(line, job, attempt, () => (fenced = true));

  it("is durable when it is saved, the newest of each kind", async () => {
    line.connect(database.db.pool);
    const writes = writer();
    writes.tell({ state: { n: 1 } });
    writes.tell({ state: { n: 2 } });
    await writes.save({ checkpoint: { at: 3 } });
    expect(await row()).to.deep.include({ state: { n: 2 }, checkpoint: { at: 3 } });
  });

  it("waits for a database that is away, and is not older then than what was told since", async () => {
    let isBack = false;
    line.connect({
      query: (...args: [string, unknown[]]) =>
        isBack ? database.db.pool.query(...args) : Promise.reject(new Error("away")),
    } as typeof database.db.pool);
    const writes = writer();
    const first = writes.save({ checkpoint: { at: 1 } });
    await new Promise(setImmediate);
    const second = writes.save({ checkpoint: { at: 2 } });
    isBack = true;
    await Promise.all([first, second]);
    expect(await row()).to.deep.include({ checkpoint: { at: 2 } });
  });

  it("is not forgotten by a mover that connects in vain before it succeeds", async () => {
    const saved = writer().save({ checkpoint: { at: 1 } });
    line.disconnect();
    line.connect(database.db.pool);
    await saved;
    expect(await row()).to.deep.include({ checkpoint: { at: 1 } });
  });

  it("is not written when somebody else has the job, nor is anything after it", async () => {
    line.connect(database.db.pool);
    const writes = writer(1);
    expect(await rejection(writes.save({ checkpoint: { at: 1 } }))).to.include({
      name: "AbortError",
    });
    expect(fenced).to.equal(true);
    await rejection(writes.save({ checkpoint: { at: 2 } }));
    expect(await row()).to.deep.include({ checkpoint: null });
  });

  it("is given up when the mover closes, unheard where nobody waits for it", async () => {
    const saved = writer().save({ checkpoint: { at: 1 } });
    void writer().save({ checkpoint: { at: 2 } });
    closing.abort();
    expect(await rejection(saved)).to.include({ name: "AbortError" });
  });

  it("is refused at once when it is no JSON", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(() => writer().tell({ state: circle as Facts })).to.throw("circular");
  });
});
